import { BlockWriter } from './block.ts';
import type { Data } from './data.ts';
import type { Dice } from './dice.ts';
import { drawFlowStyle, flowValue, JSON_STYLES } from './flow.ts';
import { CONFIG_MAP, INSTALLATION, LIST, TYPED_LIST } from './kinds.ts';
import type { Kind, MapKind } from './kinds.ts';
import { drawHabits, Scene } from './scene.ts';

interface RandomDocument {
  readonly kind: MapKind;
  readonly data: Data;
}

/** A random file, what its documents mean, and what makes it hard. */
export interface RandomManifest {
  readonly text: string;
  readonly documents: readonly RandomDocument[];
  readonly hard: {
    readonly anchors: boolean;
    readonly merges: boolean;
    readonly flowComments: boolean;
    /** It ends inside a block scalar, without a final newline: readers disagree on its value. */
    readonly openBlockScalar: boolean;
  };
}

export function drawManifest(dice: Dice): RandomManifest {
  const count = dice.chance(20) ? 2 + dice.below(2) : 1;
  const pieces = Array.from({ length: count }, (_, index) => drawDocument(dice, index, index === count - 1));
  const last = pieces.at(-1);
  const bare = pieces.map(({ text }) => text).join('');
  const cut = dice.chance(8) && bare.endsWith('\n');
  const text = withBreaks(dice, cut ? bare.slice(0, -1) : bare);
  return {
    text: dice.chance(4) ? `\uFEFF${text}` : text,
    documents: pieces.map(({ kind, data }) => ({ kind, data })),
    hard: {
      anchors: pieces.some(({ scene }) => scene.has.anchors),
      merges: pieces.some(({ scene }) => scene.has.merges),
      flowComments: pieces.some(({ scene }) => scene.has.flowComments),
      openBlockScalar: cut && last?.endsInBlockScalar === true,
    },
  };
}

interface Piece extends RandomDocument {
  readonly text: string;
  readonly scene: Scene;
  readonly endsInBlockScalar: boolean;
}

function drawDocument(dice: Dice, index: number, isLast: boolean): Piece {
  const scene = new Scene(dice, drawHabits(dice));
  const kind =
    index > 0 && dice.chance(50) ? CONFIG_MAP : dice.pick([INSTALLATION, INSTALLATION, INSTALLATION, INSTALLATION, LIST, TYPED_LIST]);
  const marker = index > 0 || dice.chance(15);
  const isFlow = dice.chance(15);
  const body = isFlow ? wholeFlow(scene, kind) : block(scene, kind);
  // kubectl reads what starts with a brace as JSON, which nothing but JSON may follow.
  const mayEnd = isLast && (marker || !isFlow);
  const end = mayEnd && dice.chance(4) ? `...${dice.pick(['', ' # end'])}\n` : '';
  const text = `${marker ? head(scene, index) : ''}${body.text}${end}`;
  return { kind, data: body.data, scene, text, endsInBlockScalar: body.endsInBlockScalar && end === '' };
}

function head(scene: Scene, index: number): string {
  const { dice } = scene;
  const comment = scene.does('comments') ? ` ${scene.comment()}` : dice.pick(['', '', ' ']);
  const before = index === 0 && scene.does('comments') ? `${scene.comment()}\n\n` : '';
  return `${before}---${comment}\n`;
}

interface Body {
  readonly text: string;
  readonly data: Data;
  readonly endsInBlockScalar: boolean;
}

function block(scene: Scene, kind: Kind): Body {
  const writer = new BlockWriter(scene);
  const data = writer.map(kind, 0);
  const { endsInBlockScalar } = writer;
  const before = writer.text.length;
  writer.trivia(0);
  return { text: writer.text, data, endsInBlockScalar: endsInBlockScalar && writer.text.length === before };
}

function wholeFlow(scene: Scene, kind: Kind): Body {
  const { dice } = scene;
  const style = dice.chance(60) ? dice.pick(JSON_STYLES) : { ...drawFlowStyle(scene, -1), margin: '' };
  const { text, data } = flowValue(scene, kind, style);
  return { text: `${text}\n`, data, endsInBlockScalar: false };
}

function withBreaks(dice: Dice, text: string): string {
  if (dice.chance(12)) return text.replaceAll('\n', '\r\n');
  return dice.chance(2) ? text.replaceAll('\n', () => (dice.chance(50) ? '\r\n' : '\n')) : text;
}
