/** Loaded in front of the built program: writes the code that V8 has compiled by the end of the run to CODE_FILE, as src/cli/launch.ts reads it. */
const { writeFileSync } = require('node:fs');
const vm = require('node:vm');

const scripts = [];

vm.Script = class extends vm.Script {
  constructor(source, options) {
    super(source, options);
    scripts.push([options.filename, this]);
  }
};

process.on('exit', () => {
  const chunks = scripts.map(([name, script]) => [name, script.createCachedData()]);
  let end = 0;
  const index = Object.fromEntries(chunks.map(([name, code]) => [name, { start: end, end: (end += code.length) }]));
  writeFileSync(process.env.CODE_FILE, Buffer.concat([Buffer.from(`${JSON.stringify(index)}\n`), ...chunks.map(([, code]) => code)]));
});
