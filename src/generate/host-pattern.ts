import { ipv4Ranges, metadataHosts, privateSuffixes } from '../connection/host.js';

/** JSON Schema patterns have no flag for it. */
const anyCase = (text: string) =>
  text.replace(/[a-z]/g, (letter) => `[${letter}${letter.toUpperCase()}]`).replaceAll('.', '\\.');

/** The numbers from `low` to `high` (0 to 255) as a pattern, ten at a time. */
function between(low: number, high: number): string {
  const tens = Array.from({ length: Math.floor(high / 10) - Math.floor(low / 10) + 1 }, (_, index) => {
    const ten = Math.floor(low / 10) + index;
    const [first, last] = [Math.max(low - ten * 10, 0), Math.min(high - ten * 10, 9)];
    return `${ten === 0 ? '' : ten}[${first}-${last}]`;
  });
  return `(?:${tens.join('|')})`;
}

/** The start of a dotted address that lies in `base/bits`, as far as it is decided. */
function rangePattern(base: string, bits: number): string {
  const octets = base.split('.').map(Number);
  const whole = octets.slice(0, Math.floor(bits / 8)).map(String);
  const rest = bits % 8;
  const low = octets[whole.length] ?? 0;
  const decided = rest === 0 ? whole : [...whole, between(low, low + 2 ** (8 - rest) - 1)];
  return decided.join('\\.');
}

const octet = '(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])';
const notPublic = ipv4Ranges.map(([base, bits]) => rangePattern(base, bits)).join('|');
const ipv4 = `(?!(?:${notPublic})(?![0-9]))${octet}(?:\\.${octet}){3}`;

// What ends a host; the dot of an absolute name may come before it.
const end = '\\.?(?:[:/\\s]|$)';
const label = '(?![xX][nN]--)[0-9A-Za-z_-]+';
const metadataNames = [...metadataHosts].filter((host) => !host.includes(':')).map(anyCase);
const suffixes = ['localhost', ...privateSuffixes].map(anyCase).join('|');
const name = [
  `(?!(?:${metadataNames.join('|')})${end})`,
  `(?!(?:[0-9A-Za-z_-]+\\.)*(?:${suffixes})${end})`,
  // A name whose last label is a number would be read as an address.
  `(?:${label}\\.)+(?!(?:[0-9]+|0[xX][0-9A-Fa-f]*)${end})${label}`,
].join('');

const port = '0*(?:6553[0-5]|655[0-2][0-9]|65[0-4][0-9]{2}|6[0-4][0-9]{3}|[1-5][0-9]{4}|[1-9][0-9]{0,3})';

/** A public host as `parseBaseUrl` takes it, written as a name in ASCII or a dotted IPv4 address. */
export const publicBaseUrlPattern = `^\\s*(?:${anyCase('https')}://)?(?:${ipv4}|${name})\\.?(?::(?:${port})?)?/?\\s*$`;
