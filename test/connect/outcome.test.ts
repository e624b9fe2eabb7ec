import { describe, expect, it } from 'vitest';
import { isConnected, readOutcome, textOf } from '../../src/connect/outcome.js';
import { englishTexts, fill } from '../../src/connect/texts.js';

const issue = { code: 'key_invalid', field: 'apiKey', message: 'No.' } as const;

describe('readOutcome', () => {
  it.each(['valid', 'limited', 'rejected', 'unverifiable', 'invalid'] as const)('takes %s', (status) => {
    const body = {
      status,
      message: 'So it is.',
      code: 'network',
      issues: [issue],
      environments: ['prod'],
      location: '/x',
    };
    expect(readOutcome(body)).toEqual(body);
    expect(readOutcome({ status, message: '' })).toEqual({ status, message: '' });
  });

  it.each([
    undefined,
    null,
    7,
    'valid',
    [],
    {},
    { status: 'valid' },
    { message: 'x' },
    { status: 'ok', message: 'x' },
    { status: 'valid', message: 7 },
    { status: ['valid'], message: 'x' },
    { status: 'constructor', message: 'x' },
  ])('makes nothing of %j', (body) => {
    expect(readOutcome(body)).toBeUndefined();
  });

  it.each<[string, unknown]>([
    ['code', 7],
    ['issues', 'all of them'],
    ['issues', { 0: issue }],
    ['issues', [issue, null]],
    ['issues', [{ ...issue, message: 7 }]],
    ['environments', 'prod'],
    ['environments', ['prod', 7]],
    ['location', 7],
    ['location', 'javascript:alert(1)'],
    ['location', ' java\nscript:alert(1)'],
    ['location', 'data:text/html,x'],
    ['location', 'http://['],
  ])('leaves out %s that is %j', (name, value) => {
    const body = { status: 'rejected', message: 'No.', [name]: value };
    expect(readOutcome(body)).toEqual({ status: 'rejected', message: 'No.' });
  });

  it.each(['/records?connection=x', 'records', 'https://app.example.test/', '#done'])('goes to %s', (location) => {
    expect(readOutcome({ status: 'valid', message: 'Yes.', location })).toMatchObject({ location });
  });

  it('keeps what else a server tells', () => {
    expect(readOutcome({ status: 'valid', message: 'Yes.', connectionId: 'c1' })).toHaveProperty('connectionId', 'c1');
  });
});

it.each([
  ['valid', true],
  ['limited', true],
  ['rejected', false],
  ['unverifiable', false],
  ['invalid', false],
] as const)('%s counts as connected: %s', (status, connected) => {
  expect(isConnected({ status, message: '' })).toBe(connected);
});

describe('the text of an outcome', () => {
  const texts = { ...englishTexts, messages: { unauthorized: 'Unbekannt.', 'key_invalid.apiKey': 'Nein.' } };
  it.each([
    ['its message', { status: 'rejected', message: 'No.' }, englishTexts, 'No.'],
    ['its message by its code', { status: 'rejected', code: 'unauthorized', message: 'No.' }, texts, 'Unbekannt.'],
    ['the problems', { status: 'invalid', message: 'Not sent.', issues: [issue, issue] }, englishTexts, 'No. No.'],
    ['the problems by their code', { status: 'invalid', message: 'Not sent.', issues: [issue] }, texts, 'Nein.'],
    ['its message, without problems', { status: 'invalid', message: 'Not sent.', issues: [] }, texts, 'Not sent.'],
  ] as const)('is %s', (_, outcome, given, said) => {
    expect(textOf(outcome, given)).toBe(said);
  });
});

it('fills in the values of a text, and leaves what is no value', () => {
  expect(fill('{count} of {total}, {toString}, { count }', { count: 1 })).toBe('1 of {total}, {toString}, { count }');
  expect(fill('Connected. {message}', { message: '{count} $& $1' })).toBe('Connected. {count} $& $1');
});
