import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

// Compiled: a loader that translates on the way in would be part of what is measured.
const bin = fileURLToPath(new URL('../../dist/cli/bin.js', import.meta.url));
/** Without a limit V8 lets garbage grow to several times what is in use, for a minute or more; with one, a leak ends it. */
const heapMegabytes = 256;

/** A line of the host's log. */
export interface LogEvent {
  readonly time: string;
  readonly level: string;
  readonly event: string;
  readonly connection?: string;
  readonly sync?: string;
  readonly [field: string]: unknown;
}

export interface HostSettings {
  readonly apiKey: string;
  readonly webhookUrl: string;
  readonly webhookKey: string;
}

/** `serve` as a process that is killed and started again, on the same port and store. */
export class HostProcess {
  /** What all its lives logged, but for requests that went well. */
  readonly events: LogEvent[] = [];
  readonly #settings: HostSettings;
  readonly #folder = mkdtempSync(join(tmpdir(), 'load-'));
  #child: ChildProcess | undefined;
  #url = '';
  #lives = 0;
  #isDown = false;

  constructor(settings: HostSettings) {
    this.#settings = settings;
  }

  get url(): string {
    return this.#url;
  }

  /** How often it was started. */
  get lives(): number {
    return this.#lives;
  }

  /** Between the kill and the moment when all that it cut off has been told so. */
  get isDown(): boolean {
    return this.#isDown;
  }

  async start(): Promise<void> {
    const { apiKey, webhookKey, webhookUrl } = this.#settings;
    const port = this.#url === '' ? '0' : new URL(this.#url).port;
    const flags = ['serve', '--port', port, '--log', 'json', '--webhook-url', webhookUrl];
    const child = spawn(process.execPath, [`--max-old-space-size=${heapMegabytes}`, bin, ...flags], {
      env: {
        PATH: process.env['PATH'],
        TRIGGER_CONNECTOR_STORE: join(this.#folder, 'store.db'),
        TRIGGER_CONNECTOR_API_KEY: apiKey,
        TRIGGER_CONNECTOR_WEBHOOK_KEY: webhookKey,
        TRIGGER_CONNECTOR_ALLOW_HTTP: 'true',
        TRIGGER_CONNECTOR_ALLOW_PRIVATE_HOSTS: 'true',
      },
    });
    this.#child = child;
    const said: string[] = [];
    createInterface({ input: child.stderr }).on('line', (line) => {
      if (!line.startsWith('{')) {
        said.push(line);
        return;
      }
      const event = JSON.parse(line) as LogEvent;
      if (event.event !== 'request' || event.level !== 'info') {
        this.events.push(event);
      }
    });
    this.#url = await new Promise<string>((resolve, reject) => {
      createInterface({ input: child.stdout }).on('line', (line) => {
        const [, at] = /Serving (\S+)/.exec(line) ?? [];
        if (at !== undefined) {
          resolve(at);
        }
      });
      child.once('close', (code) => reject(new Error(`The host ended with ${code}: ${said.join('\n')}`)));
    });
    this.#lives += 1;
  }

  /** SIGKILL, at whatever it is doing, and a start after it. Returns what the life that ended had logged. */
  async killAndStart(): Promise<readonly LogEvent[]> {
    this.#isDown = true;
    await this.#kill();
    const before = [...this.events];
    await this.start();
    // What was under way at the kill is told by its error only now.
    await wait(500);
    this.#isDown = false;
    return before;
  }

  /** Resident megabytes. */
  megabytes(): number {
    const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${this.#child?.pid}/status`, 'utf8')) ?? [];
    return Number(kilobytes) / 1024;
  }

  async end(): Promise<void> {
    await this.#kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Resolves once all that it wrote has been read. */
  async #kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) {
      return;
    }
    const closed = once(child, 'close');
    child.kill('SIGKILL');
    await closed;
  }
}
