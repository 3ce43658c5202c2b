/**
 * What makes a manifest of a template. `helm`: a template of a chart. `helm-like`: it uses what only charts have, and lies in none. `go`: other
 * actions of Go templates. `shell`: variables in places where no value can stand.
 */
export type TemplateEngine = 'helm' | 'helm-like' | 'go' | 'jinja' | 'ytt' | 'shell';
