import fc from 'fast-check';
import { ipv4Ranges, metadataHosts, privateSuffixes } from '../../src/connection/host.js';
import { keys } from './cases.js';

/** The words of a text; `_` stands for the empty one. */
const words = (text: string) => text.split(' ').map((word) => (word === '_' ? '' : word));

const publicNames = words(
  'api.trigger.dev API.Trigger.DEV trigger.example.com internal.example lan.example localhost.com notlocalhost.com x.metadata.goog a_b.example -a.b- a.0xg x.1a 1.2.x a.0x.b',
);
const publicAddresses = words(
  '8.8.8.8 9.255.255.255 11.0.0.0 100.128.0.0 172.32.0.0 192.0.1.0 198.20.0.0 223.255.255.255',
);

const privateNames = [...privateSuffixes, 'localhost'].flatMap((suffix) => [
  suffix,
  `x.${suffix}`,
  `A.b.${suffix.toUpperCase()}`,
  // Only looks like it.
  `x${suffix}.example`,
  `x.y${suffix}`,
]);
const otherHosts = words(
  'db a..b .a.b _ 256.1.1.1 1.2.3.4.5 8.8.8 8.8.8. 08.8.8.8 a.12 a.0x1f a.0x a.0X1 ${x}.example a*.b a"b.c',
);

const dotted = (address: number) => [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');

/** Each range of special addresses: its ends, and what lies beside them. */
const edges = ipv4Ranges.flatMap(([base, bits]) => {
  const first = base.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - bits);
  return [first - 1, first, first + size - 1, first + size].filter((at) => at >= 0 && at < 2 ** 32).map(dotted);
});

const goodSchemes = words('_ _ https:// HTTPS:// hTTps://');
const badSchemes = words('http:// ftp:// // / https:/ https:/// file:/// https: user@');
const goodTails = words('_ _ _ / . ./ :443 :8443/ :1 :65535 :65529 :65499 :64999 :59999 :9999 :00443 : .:443/');
const badTails = [
  ...words(
    ':0 :000 :65536 :65540 :66000 :70000 :99999 :100000 :x :-1 :443:443 .. // /x /.. ? ?q=1 # #f \\ @evil.example %2f',
  ),
  ...words('.local .lan .localhost/ .internal:443 .1 .0x1'),
  ...['/ ', '\u0001', '\u007f'],
];

const url = (schemes: readonly string[], host: fc.Arbitrary<string>, tails: readonly string[]) =>
  fc.tuple(fc.constantFrom(...schemes), host, fc.constantFrom(...tails)).map((parts) => parts.join(''));

const publicHost = fc.constantFrom(...publicNames, ...publicAddresses);
const anyHost = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...edges) },
  {
    weight: 3,
    arbitrary: fc.constantFrom(...privateNames, ...[...metadataHosts].filter((host) => !host.includes(':'))),
  },
  { weight: 1, arbitrary: fc.constantFrom(...otherHosts) },
  { weight: 1, arbitrary: fc.ipV4() },
);

/** Accepted as they stand. */
export const goodBaseUrl = url(goodSchemes, publicHost, goodTails);

/** On both sides of every rule; most are refused. */
export const anyBaseUrl = fc.oneof(
  { weight: 4, arbitrary: url(goodSchemes, anyHost, goodTails) },
  { weight: 1, arbitrary: url(badSchemes, publicHost, goodTails) },
  { weight: 3, arbitrary: url(goodSchemes, publicHost, badTails) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      `${keys.pat}.example.com`,
      'https://user:pw@api.trigger.dev',
      'https://',
      'api trigger.dev',
    ),
  },
);
