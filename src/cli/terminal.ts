import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

export interface Stream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

export interface Progress {
  /** Shows `text` beside a bar: filled to `done` (0 to 1), or moving where that is not known. */
  update(text: string, done?: number): void;
  /** Clears the line. */
  end(): void;
}

/** Colour and progress for one stream; plain text where it is no terminal or NO_COLOR is set. */
export interface Terminal {
  paint(style: Style, text: string): string;
  progress(): Progress;
}

const width = 24;
const block = 6;

const filled = (done: number) => '█'.repeat(Math.round(done * width)).padEnd(width, '░');

function moving(position: number): string {
  const start = position % (width + block);
  const cells = Array.from({ length: width }, (_, cell) => (cell < start && cell >= start - block ? '█' : '░'));
  return cells.join('');
}

export function createTerminal(stream: Stream, env: Readonly<Record<string, string | undefined>>): Terminal {
  const isTerminal = stream.isTTY === true && env['TERM'] !== 'dumb';
  const hasColor = isTerminal && !env['NO_COLOR'];
  const paint: Terminal['paint'] = (style, text) =>
    hasColor ? styleText(style, text, { validateStream: false }) : text;
  return {
    paint,
    progress() {
      let position = 0;
      return {
        update(text, done) {
          if (isTerminal) {
            position += 1;
            const line = `${done === undefined ? moving(position) : filled(done)} ${text}`;
            stream.write(`\r\x1b[2K${paint('cyan', line.slice(0, (stream.columns || 80) - 1))}`);
          }
        },
        end() {
          if (isTerminal) {
            stream.write('\r\x1b[2K');
          }
        },
      };
    },
  };
}
