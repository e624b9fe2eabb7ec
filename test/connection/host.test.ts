import { isIP } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { egressProblem } from '../../src/connection/base-url.js';
import { type HostPlace, placeOfHost } from '../../src/connection/host.js';

const families: Readonly<Record<string, Readonly<Record<HostPlace, readonly string[]>>>> = {
  'IPv4 literals': {
    loopback: ['127.0.0.1', '127.255.255.254', '127.0.0.0'],
    linkLocal: ['169.254.0.1', '169.254.169.254', '169.254.255.255'],
    private: [
      ...['0.0.0.0', '0.255.255.255', '10.0.0.1', '10.255.255.255', '172.16.0.1', '172.31.255.255', '192.168.1.1'],
      ...['100.64.0.0', '100.127.255.255', '192.0.0.1', '192.0.2.7', '198.51.100.7', '203.0.113.7', '192.88.99.1'],
      ...['198.18.0.1', '198.19.255.255', '224.0.0.1', '239.255.255.255', '240.0.0.1', '255.255.255.255'],
    ],
    public: [
      ...['1.1.1.1', '8.8.8.8', '9.255.255.255', '11.0.0.0', '100.63.255.255', '100.128.0.0', '126.255.255.255'],
      ...['128.0.0.0', '169.253.255.255', '169.255.0.0', '172.15.255.255', '172.32.0.0', '192.0.1.0', '192.0.3.0'],
      ...['192.167.255.255', '192.169.0.0', '198.17.255.255', '198.20.0.0', '223.255.255.255'],
    ],
  },
  'IPv6 literals': {
    loopback: ['::1', '[::1]', '0:0:0:0:0:0:0:1'],
    linkLocal: ['fe80::1', 'febf::1', '[fe80::1]', 'fe80::1%eth0', 'FE80::1'],
    private: [
      ...['::', 'fc00::1', 'fd12:3456::1', 'fec0::1', 'ff02::1', '100::1', '2001:db8::1', '3fff::1', '3fff:fff::1'],
      ...['4000::1', '5f00::1', '1fff::1', '2001:20::1', '2001:2::1', '2001:1ff::1'],
    ],
    public: ['2606:4700::1111', '2001:4860:4860::8888', '2001:200::1', '2003::1', '3fff:1000::1', '[2a00:1450::1]'],
  },
  'IPv4 mapped into IPv6': {
    loopback: ['::ffff:127.0.0.1', '::ffff:7f00:1', '0:0:0:0:0:ffff:7f00:1'],
    linkLocal: ['::ffff:169.254.169.254', '::ffff:a9fe:a9fe', '::ffff:168.63.129.16', '::ffff:100.100.100.200'],
    private: ['::ffff:10.0.0.1', '::ffff:c0a8:101', '::ffff:0.0.0.0'],
    public: ['::ffff:8.8.8.8', '::ffff:808:808'],
  },
  'IPv4-compatible IPv6': {
    loopback: ['::127.0.0.1', '::7f00:1'],
    linkLocal: ['::169.254.169.254'],
    private: ['::10.0.0.1', '::2'],
    public: ['::8.8.8.8'],
  },
  'IPv4 translated (RFC 2765, RFC 6052, RFC 8215)': {
    loopback: ['64:ff9b::127.0.0.1', '64:ff9b::7f00:1', '::ffff:0:127.0.0.1', '64:ff9b:1::127.0.0.1'],
    linkLocal: ['64:ff9b::169.254.169.254', '::ffff:0:a9fe:a9fe', '64:ff9b:1::a9fe:a9fe', '64:ff9b::168.63.129.16'],
    private: [
      ...['64:ff9b::10.0.0.1', '::ffff:0:c0a8:1', '64:ff9b:1::10.0.0.1'],
      // A local translator may read the address from other bits than the last.
      ...['64:ff9b:1:7f00:0:100:808:808', '64:ff9b:1::8.8.8.8', '64:ff9b:0:1::8.8.8.8', '64:1234::8.8.8.8', '64::1'],
    ],
    public: ['64:ff9b::8.8.8.8', '::ffff:0:8.8.8.8'],
  },
  '6to4': {
    loopback: ['2002:7f00:1::', '2002:7f00:1::8:8'],
    linkLocal: ['2002:a9fe:a9fe::1', '2002:a83f:8110::1'],
    private: ['2002:a00:1::1', '2002:c0a8:101::1', '2002::1'],
    public: ['2002:808:808::1'],
  },
  Teredo: {
    loopback: [],
    linkLocal: [],
    private: ['2001::1', '2001:0:808:808::1', '2001:0:4136:e378:8000:63bf:3fff:fdd2'],
    public: [],
  },
  'what only looks like an address': {
    loopback: [],
    linkLocal: [],
    private: [':::', '1:2:3', '1:2:3:4:5:6:7:8:9', '::1::2', 'fe80::g', '::ffff:1.2.3.256', '1::2::3', '12345::1'],
    public: [],
  },
  names: {
    loopback: ['localhost', 'LOCALHOST', 'localhost.', 'localhost..', 'a.localhost', 'a.b.localhost.'],
    linkLocal: [],
    private: [
      ...[
        '',
        'db',
        'kubernetes',
        'api.local',
        'x.internal',
        'x.intranet',
        'nas.lan',
        'x.home',
        'x.corp',
        'x.home.arpa',
        'home.arpa',
      ],
      ...['X.INTERNAL.', 'trigger.default.svc.cluster.local', '.', '2130706433', '0x7f000001'],
    ],
    public: [
      'api.trigger.dev',
      'API.TRIGGER.DEV.',
      'notlocalhost.com',
      'localhost.com',
      'internal.example',
      'lan.example',
    ],
  },
  'cloud metadata services': {
    loopback: [],
    linkLocal: [
      ...['metadata.google.internal', 'METADATA.google.internal.', 'metadata.goog', '169.254.169.254', '169.254.170.2'],
      ...['168.63.129.16', '100.100.100.200', '192.0.0.192', 'fd00:ec2::254', '[fd00:ec2::254]', 'fd00:ec2::23'],
      ...['fd20:ce::254'],
    ],
    private: ['fd00:ec2::255', '100.100.100.199', '192.0.0.193', 'other.google.internal'],
    public: ['168.63.129.15', '168.63.129.17'],
  },
};

const cases = Object.entries(families).flatMap(([family, places]) =>
  Object.entries(places).flatMap(([place, hosts]) => hosts.map((host) => [family, host, place as HostPlace] as const)),
);

describe('placeOfHost', () => {
  it.each(cases)('%s: %j is %s', (_, host, place) => {
    expect(placeOfHost(host)).toBe(place);
  });

  it('is the same for every way of writing an IPv4 address into IPv6', () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number);
        const [high, low] = [a * 256 + b, c * 256 + d].map((group) => group.toString(16));
        const place = placeOfHost(address);
        for (const form of [`::ffff:${address}`, `64:ff9b::${high}:${low}`, `2002:${high}:${low}::1`]) {
          expect([form, placeOfHost(form)]).toEqual([form, place]);
          expect([form, placeOfHost(new URL(`https://[${form}]`).hostname)]).toEqual([form, place]);
        }
      }),
      { numRuns: 5_000 },
    );
  });

  it('takes only addresses of 2000::/3, or those that carry a public IPv4 address, for public', () => {
    fc.assert(
      fc.property(fc.ipV6(), (address) => {
        expect(isIP(address)).toBe(6);
        if (placeOfHost(address) === 'public') {
          const canonical = new URL(`https://[${address}]`).hostname;
          expect(canonical).toMatch(
            /^\[(?:[23][0-9a-f]{3}:|::(?:ffff:(?:0:)?)?[0-9a-f]{1,4}:[0-9a-f]{1,4}\]|64:ff9b::)/,
          );
        }
      }),
      { numRuns: 5_000 },
    );
  });

  it('is total', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.domain(), fc.stringMatching(/^[0-9a-f:.%[\]]{0,40}$/)), (host) => {
        expect(['public', 'loopback', 'private', 'linkLocal']).toContain(placeOfHost(host));
      }),
      { numRuns: 5_000 },
    );
  });
});

describe('egressProblem', () => {
  it.each(cases)('%s: %j (%s) by policy', (_, host, place) => {
    expect(egressProblem(host, {}) === undefined).toBe(place === 'public');
    expect(egressProblem(host, { allowHttp: true, allowUnknownKey: true }) === undefined).toBe(place === 'public');
    expect(egressProblem(host, { allowPrivateHosts: true }) === undefined).toBe(place !== 'linkLocal');
  });

  it('names the real cause and the way out, and for metadata that there is none', () => {
    expect(egressProblem('127.0.0.1', {})).toMatch(/loopback address.*allowPrivateHosts/);
    expect(egressProblem('10.0.0.1', {})).toMatch(/private address.*TRIGGER_CONNECTOR_ALLOW_PRIVATE_HOSTS/);
    expect(egressProblem('169.254.169.254', { allowPrivateHosts: true })).toMatch(/never/);
  });

  it.each([undefined, null, 'true', 1, {}])('takes %j for no permission', (allowed) => {
    const policy = { allowPrivateHosts: allowed } as unknown as { allowPrivateHosts: boolean };
    expect(egressProblem('10.0.0.1', policy)).toBeDefined();
  });
});
