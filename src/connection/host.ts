/** Where a host lives, for deciding whether a credential may go there. */
export type HostPlace = 'public' | 'loopback' | 'private' | 'linkLocal';

// IANA special-purpose registries (RFC 6890, RFC 6598, RFC 5737, RFC 2544), most specific meaning first;
// before them the cloud metadata services that answer outside 169.254.0.0/16.
export const ipv4Ranges: readonly (readonly [string, number, HostPlace])[] = [
  ['168.63.129.16', 32, 'linkLocal'],
  ['100.100.100.200', 32, 'linkLocal'],
  ['192.0.0.192', 32, 'linkLocal'],
  ['127.0.0.0', 8, 'loopback'],
  ['169.254.0.0', 16, 'linkLocal'],
  ['0.0.0.0', 8, 'private'],
  ['10.0.0.0', 8, 'private'],
  ['100.64.0.0', 10, 'private'],
  ['172.16.0.0', 12, 'private'],
  ['192.0.0.0', 24, 'private'],
  ['192.0.2.0', 24, 'private'],
  ['192.88.99.0', 24, 'private'],
  ['192.168.0.0', 16, 'private'],
  ['198.18.0.0', 15, 'private'],
  ['198.51.100.0', 24, 'private'],
  ['203.0.113.0', 24, 'private'],
  ['224.0.0.0', 3, 'private'],
];

// Cloud metadata services by name and by IPv6 address.
export const metadataHosts: ReadonlySet<string> = new Set([
  'metadata.google.internal',
  'metadata.goog',
  'fd00:ec2::254',
  'fd00:ec2::23',
  'fd20:ce::254',
]);

/** Names that no public DNS answers: the name itself, and everything under it. */
export const privateSuffixes = ['local', 'internal', 'intranet', 'lan', 'home', 'corp', 'home.arpa'] as const;
const privateName = new RegExp(`(?:^|\\.)(?:${privateSuffixes.join('|').replaceAll('.', '\\.')})$`);

function ipv4Number(text: string): number | undefined {
  // Most hosts are names: told apart before anything is split.
  if (!/^\d{1,3}(?:\.\d{1,3}){3}$/.test(text)) {
    return undefined;
  }
  const parts = text.split('.').map(Number);
  return parts.some((part) => part > 255) ? undefined : parts.reduce((sum, part) => sum * 256 + part, 0);
}

const ranges = ipv4Ranges.map(([base, bits, place]) => {
  const first = ipv4Number(base) ?? 0;
  return { first, last: first + 2 ** (32 - bits) - 1, place };
});

const placeOfIpv4 = (address: number): HostPlace =>
  ranges.find(({ first, last }) => address >= first && address <= last)?.place ?? 'public';

/** Eight 16-bit groups, or undefined where the text is no IPv6 address. */
function ipv6Groups(text: string): number[] | undefined {
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  let head = text;
  if (dotted !== null) {
    const last = ipv4Number(dotted[2] ?? '');
    if (last === undefined) {
      return undefined;
    }
    head = `${dotted[1]}${Math.floor(last / 65536).toString(16)}:${(last % 65536).toString(16)}`;
  }
  const halves = head.split('::');
  const groupsOf = (half: string) => (half === '' ? [] : half.split(':'));
  const left = groupsOf(halves[0] ?? '');
  const right = groupsOf(halves[1] ?? '');
  const missing = 8 - left.length - right.length;
  if (halves.length > 2 || (halves.length === 2 ? missing < 0 : missing !== 0)) {
    return undefined;
  }
  const groups = [...left, ...Array<string>(missing).fill('0'), ...right];
  return groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))
    ? groups.map((group) => Number.parseInt(group, 16))
    : undefined;
}

function placeOfIpv6(groups: readonly number[]): HostPlace {
  const [g0 = 0, g1 = 0, g2 = 0, g3 = 0, g4 = 0, g5 = 0, g6 = 0, g7 = 0] = groups;
  const zeros = (g0 | g1 | g2 | g3) === 0;
  if (zeros && (g4 | g5 | g6) === 0 && g7 <= 1) {
    return g7 === 1 ? 'loopback' : 'private';
  }
  // Forms that carry an IPv4 address: mapped and compatible (RFC 4291), translated (RFC 6052), 6to4 (RFC 3056).
  const carriesLast = (zeros && g4 === 0 && (g5 === 0xffff || g5 === 0)) || (zeros && g4 === 0xffff && g5 === 0);
  if (carriesLast) {
    return placeOfIpv4(g6 * 65536 + g7);
  }
  if (g0 === 0x64 && g1 === 0xff9b) {
    const place = placeOfIpv4(g6 * 65536 + g7);
    // A network's own translator (RFC 8215) may carry the address elsewhere than in the last bits.
    return place === 'public' && (g2 | g3 | g4 | g5) !== 0 ? 'private' : place;
  }
  if (g0 === 0x2002) {
    return placeOfIpv4(g1 * 65536 + g2);
  }
  if ((g0 & 0xffc0) === 0xfe80) {
    return 'linkLocal';
  }
  // Only 2000::/3 is handed out; of it Teredo, ORCHID, benchmarking and documentation are not real hosts.
  const special = (g0 === 0x2001 && (g1 < 0x200 || g1 === 0xdb8)) || (g0 === 0x3fff && g1 < 0x1000);
  return (g0 & 0xe000) === 0x2000 && !special ? 'public' : 'private';
}

/**
 * Classifies a host name or IP literal as `URL.hostname` gives it (canonical, IPv6 in brackets or bare).
 * @see https://www.iana.org/assignments/iana-ipv4-special-registry
 */
export function placeOfHost(hostname: string): HostPlace {
  const host = hostname
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    // The zone of a link-local address, and the dot that ends an absolute name.
    .replace(/%.*$|\.+$/, '');
  if (metadataHosts.has(host)) {
    return 'linkLocal';
  }
  const ipv4 = ipv4Number(host);
  if (ipv4 !== undefined) {
    return placeOfIpv4(ipv4);
  }
  const ipv6 = host.includes(':') ? ipv6Groups(host) : undefined;
  if (host.includes(':')) {
    return ipv6 === undefined ? 'private' : placeOfIpv6(ipv6);
  }
  if (host === 'localhost' || host.endsWith('.localhost')) {
    return 'loopback';
  }
  return !host.includes('.') || privateName.test(host) ? 'private' : 'public';
}
