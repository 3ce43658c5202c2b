import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface Comment {
  readonly id: number;
  readonly body: string;
  readonly user: { readonly type: string; readonly login: string } | null;
}

export interface Request {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: string;
}

/** What the server does with a request instead of answering it: a status, or no answer at all. */
export type Trouble = number | 'hang up';

/** GitHub's REST API for the comments of one pull request, on this machine. */
export class Api {
  readonly requests: Request[] = [];
  comments: Comment[];
  /** Met by the first requests, one each. */
  readonly troubles: Trouble[];
  /** For requests that would change something. */
  readonly forbidden: boolean;
  url = '';

  constructor({
    comments = [],
    troubles = [],
    forbidden = false,
  }: { comments?: readonly Comment[]; troubles?: readonly Trouble[]; forbidden?: boolean } = {}) {
    this.comments = [...comments];
    this.troubles = [...troubles];
    this.forbidden = forbidden;
  }

  /** How often each thing was asked for. */
  get methods(): string[] {
    return this.requests.map(({ method }) => method);
  }

  async start(): Promise<this> {
    const server = createServer((request, response) => void this.#serve(request, response));
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return this;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const seen = {
      method: request.method ?? '',
      path: request.url ?? '',
      authorization: request.headers.authorization,
      body: Buffer.concat(chunks).toString(),
    };
    this.requests.push(seen);
    const trouble = this.troubles.shift();
    if (trouble === 'hang up') return void request.socket.destroy();
    const [status, answer] = trouble === undefined ? this.#answer(seen) : [trouble, { message: '::error::from the server' }];
    response.writeHead(status, {
      'content-type': 'application/json',
      ...(status >= 300 && status < 400 && { location: 'http://127.0.0.1:9/elsewhere' }),
    });
    response.end(JSON.stringify(answer));
  }

  #answer({ method, path, body }: Request): [number, unknown] {
    const { pathname, searchParams } = new URL(path, this.url);
    if (method === 'GET' && pathname === '/repos/example/manifests/issues/7/comments') {
      const [size, page] = [Number(searchParams.get('per_page') ?? 30), Number(searchParams.get('page') ?? 1)];
      return [200, this.comments.slice(size * (page - 1), size * page)];
    }
    if (this.forbidden) return [403, { message: 'Resource not accessible by integration' }];
    const text = (JSON.parse(body || '{}') as { body?: string }).body ?? '';
    if (text.length > 65_536) return [422, { message: 'body is too long' }];
    if (method === 'POST' && pathname === '/repos/example/manifests/issues/7/comments') {
      const comment = { id: 1000 + this.comments.length, body: text, user: BOT };
      this.comments.push(comment);
      return [201, comment];
    }
    const [, id] = /^\/repos\/example\/manifests\/issues\/comments\/(\d+)$/.exec(pathname) ?? [];
    if (method === 'PATCH' && id !== undefined) {
      this.comments = this.comments.map((comment) => (comment.id === Number(id) ? { ...comment, body: text } : comment));
      return [200, {}];
    }
    return [404, { message: 'Not Found' }];
  }
}

export const BOT = { type: 'Bot', login: 'github-actions[bot]' };
