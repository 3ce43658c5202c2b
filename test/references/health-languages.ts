import { createRequire } from 'node:module';

/** Checks of health, run by the languages that Argo CD and Flux have them in. */

interface Lua {
  readonly lua: Record<string, (...args: unknown[]) => unknown>;
  readonly lauxlib: Record<string, (...args: unknown[]) => unknown>;
  readonly lualib: Record<string, (...args: unknown[]) => unknown>;
  readonly to_luastring: (text: string) => Uint8Array;
}

const requireFrom = createRequire(import.meta.url);
const { lua, lauxlib, lualib, to_luastring: text } = requireFrom('fengari') as Lua;
export const { evaluate } = requireFrom('@marcbachmann/cel-js') as { evaluate: (expression: string, object: object) => unknown };

/** What a script of Argo CD returns for `obj`. */
export function healthBy(script: string, object: unknown): Record<string, string> {
  const state = lauxlib['luaL_newstate']?.();
  lualib['luaL_openlibs']?.(state);
  push(state, object);
  lua['lua_setglobal']?.(state, text('obj'));
  const failed = lauxlib['luaL_loadstring']?.(state, text(script)) ?? lua['LUA_OK'];
  if (failed !== 0 || lua['lua_pcall']?.(state, 0, 1, 0) !== 0) throw new Error(String(lua['lua_tojsstring']?.(state, -1)));
  const field = (name: string): string => {
    lua['lua_getfield']?.(state, 1, text(name));
    return String(lua['lua_tojsstring']?.(state, -1));
  };
  return { status: field('status'), message: field('message') };
}

function push(state: unknown, value: unknown): void {
  if (typeof value === 'string') lua['lua_pushstring']?.(state, text(value));
  else if (typeof value === 'number') lua['lua_pushnumber']?.(state, value);
  else if (typeof value === 'object' && value !== null) {
    lua['lua_newtable']?.(state);
    for (const [key, child] of Object.entries(value)) {
      push(state, child);
      lua['lua_setfield']?.(state, -2, text(key));
    }
  } else lua['lua_pushnil']?.(state);
}
