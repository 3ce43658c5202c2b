/** The directory of the chart that a template belongs to, relative to the root; empty for the root itself. */
export const chartOf = (template: string): string => /^(.*?)(?:^|\/)templates\//.exec(template)?.[1] ?? '';

/** Whether a file in a chart's directory, or below, holds values that the chart is rendered with beside its own: by the conventions of chart-testing (`ci/`) and of most people. */
export const isValuesFile = (chart: string, file: string): boolean =>
  /^(?:ci\/[^/]+-values|values[-.][^/]+)\.ya?ml$/.test(chart === '' ? file : file.slice(chart.length + 1));
