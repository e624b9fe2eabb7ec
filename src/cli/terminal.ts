import { styleText } from 'node:util';
import { shown } from '../host/shown.js';

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

/** Text, or text in a colour. */
export type Piece = string | { readonly style: Style; readonly text: string };

/**
 * The only way to a stream. Whatever is written may come from a server or a file, so no character of it is obeyed: a
 * line stays one line, and `shown` says how it looks. Colour and progress where it is a terminal, but for NO_COLOR.
 */
export interface Terminal {
  readonly isTerminal: boolean;
  /** One line, of pieces in a row. */
  line(...pieces: readonly Piece[]): void;
  /** One line, of cells with tabs between. */
  row(cells: readonly unknown[]): void;
  /** A JSON document, whose values are those that came. */
  json(value: unknown, indent?: number): void;
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
  const paint = (style: Style, text: string) => (hasColor ? styleText(style, text, { validateStream: false }) : text);
  const pieceText = (piece: Piece) =>
    typeof piece === 'string' ? shown(piece) : paint(piece.style, shown(piece.text));
  return {
    isTerminal,
    line(...pieces) {
      stream.write(`${pieces.map(pieceText).join('').trimEnd()}\n`);
    },
    row(cells) {
      stream.write(`${cells.map((cell) => shown(String(cell ?? ''))).join('\t')}\n`);
    },
    json(value, indent) {
      // Line breaks within values are escaped already: those that are left are the indentation's.
      const lines = (JSON.stringify(value, null, indent) ?? 'null').split('\n');
      stream.write(`${lines.map(shown).join('\n')}\n`);
    },
    progress() {
      let position = 0;
      return {
        update(text, done) {
          if (isTerminal) {
            position += 1;
            const line = `${done === undefined ? moving(position) : filled(done)} ${shown(text)}`;
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
