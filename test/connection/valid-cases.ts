import { keys, type ValidCase } from './case-keys.js';

const ref = 'proj_abcdefghij';
const root = (environment: string) => ({ kind: 'root', environment });

export const VALID: readonly ValidCase[] = [
  { title: 'a dev key', values: { apiKey: keys.dev }, connection: root('dev') },
  { title: 'a staging key', values: { apiKey: keys.staging }, connection: root('staging') },
  { title: 'a prod key', values: { apiKey: keys.prod }, connection: root('prod') },
  {
    title: 'a preview key with its branch',
    values: { apiKey: keys.preview, previewBranch: 'feature/login' },
    connection: { ...root('preview'), previewBranch: 'feature/login' },
  },
  {
    title: 'an additional key',
    values: { apiKey: keys.additional },
    connection: { kind: 'additional', environment: 'prod' },
  },
  {
    title: 'an additional preview key',
    values: { apiKey: keys.additionalPreview, previewBranch: 'b' },
    connection: { kind: 'additional', environment: 'preview', previewBranch: 'b' },
  },
  {
    title: 'a personal access token',
    values: { apiKey: keys.pat, projectRef: ref },
    connection: { kind: 'pat', projectRef: ref },
  },
  ...(
    [
      ['dev', 'dev'],
      ['development', 'dev'],
      ['staging', 'staging'],
      ['stg', 'staging'],
      ['prod', 'prod'],
      ['production', 'prod'],
    ] as const
  ).flatMap(([environment, meant]): ValidCase[] => [
    {
      title: `a personal access token for ${environment}`,
      values: { apiKey: keys.pat, projectRef: ref, environment },
      connection: { kind: 'pat', projectRef: ref, environment: meant },
    },
    {
      title: `a ${meant} key for ${environment}`,
      values: { apiKey: keys[meant], environment },
      connection: root(meant),
    },
  ]),
  {
    title: 'a personal access token for a preview branch',
    values: { apiKey: keys.pat, projectRef: ref, environment: 'preview', previewBranch: 'x' },
    connection: { kind: 'pat', projectRef: ref, environment: 'preview', previewBranch: 'x' },
  },
  {
    title: 'a personal access token for the preview parent',
    values: { apiKey: keys.pat, projectRef: ref, environment: 'preview' },
    connection: { kind: 'pat', projectRef: ref, environment: 'preview' },
    warnings: [['branch_required', 'previewBranch']],
  },
  {
    title: 'a named dev branch',
    values: { apiKey: keys.dev, previewBranch: 'mine' },
    connection: { ...root('dev'), previewBranch: 'mine' },
  },
  {
    title: 'the dev branch "default", which is none',
    values: { apiKey: keys.dev, previewBranch: 'default' },
    connection: root('dev'),
  },
  {
    title: 'the preview branch "default", which is one',
    values: { apiKey: keys.preview, previewBranch: 'default' },
    connection: { ...root('preview'), previewBranch: 'default' },
  },
  {
    title: "Nango's name of the branch",
    values: { apiKey: keys.preview, triggerBranch: 'b' },
    connection: { ...root('preview'), previewBranch: 'b' },
  },
  {
    title: "Nango's name of the branch beside an empty one of ours",
    values: { apiKey: keys.preview, triggerBranch: 'b', previewBranch: '' },
    connection: { ...root('preview'), previewBranch: 'b' },
  },
  {
    title: "Nango's name of the branch beside a blank one of ours",
    values: { apiKey: keys.dev, triggerBranch: 'b', previewBranch: ' ' },
    connection: { ...root('dev'), previewBranch: 'b' },
  },
  {
    title: 'both names of the branch, ours first',
    values: { apiKey: keys.preview, triggerBranch: 'theirs', previewBranch: 'ours' },
    connection: { ...root('preview'), previewBranch: 'ours' },
  },
  {
    title: 'a secret key with a project ref',
    values: { apiKey: keys.prod, projectRef: ref },
    connection: { ...root('prod'), projectRef: ref },
  },
  {
    title: 'a project ref that is unusual',
    values: { apiKey: keys.prod, projectRef: 'My-Project_1' },
    connection: { ...root('prod'), projectRef: 'My-Project_1' },
    warnings: [['project_ref_invalid', 'projectRef']],
  },
  {
    title: 'space, line breaks and a byte order mark around everything',
    values: {
      apiKey: `\ufeff ${keys.prod}\r\n`,
      projectRef: ` ${ref}\t`,
      environment: ' prod ',
      baseUrl: ' api.trigger.dev ',
    },
    connection: { ...root('prod'), projectRef: ref },
  },
  {
    title: 'empty, blank, null and undefined fields as absent',
    values: { apiKey: keys.prod, projectRef: '', environment: '  ', baseUrl: null, previewBranch: undefined },
    connection: root('prod'),
  },
  {
    title: 'a key of unusual length',
    values: { apiKey: ['tr', 'prod', 'F'.repeat(40)].join('_') },
    connection: root('prod'),
    warnings: [['key_invalid', 'apiKey']],
  },
  {
    title: 'a token of an unusual alphabet',
    values: { apiKey: ['tr', 'pat', '0l'.repeat(20)].join('_'), projectRef: ref },
    connection: { kind: 'pat', projectRef: ref },
    warnings: [['key_invalid', 'apiKey']],
  },
  {
    title: 'a host of another',
    values: { apiKey: keys.prod, baseUrl: 'https://Trigger.Example.COM:8443/' },
    connection: { ...root('prod'), baseUrl: 'https://trigger.example.com:8443' },
  },
  {
    title: 'a host that only looks like ours',
    values: { apiKey: keys.prod, baseUrl: 'api.tr\u0456gger.dev' },
    connection: { ...root('prod'), baseUrl: 'https://api.xn--trgger-qvf.dev' },
    warnings: [['unusual_host', 'baseUrl']],
  },
  {
    title: 'the host of the dashboard',
    values: { apiKey: keys.prod, baseUrl: 'https://Cloud.Trigger.dev/' },
    connection: { ...root('prod'), baseUrl: 'https://cloud.trigger.dev' },
    warnings: [['unusual_host', 'baseUrl']],
  },
  {
    title: 'a key of a new family, where the operator allows it',
    values: { apiKey: keys.newFamily, environment: 'prod' },
    policy: { allowUnknownKey: true },
    connection: { kind: 'unknown', environment: 'prod' },
  },
];
