import { describe, expect, it } from 'vitest';
import { connectForm, parseConnection } from '../../src/connection/index.js';
import { errorCodes } from '../../src/errors/index.js';
import { keys } from './cases.js';

describe('connectForm', () => {
  it('has these fields, in this order', () => {
    expect(connectForm.fields.map(({ pattern: _, description: __, ...field }) => field)).toEqual([
      {
        name: 'apiKey',
        title: 'Secret key or personal access token',
        example: 'tr_prod_********************',
        optional: false,
        secret: true,
        docSection: '#step-1-get-your-secret-key-or-personal-access-token',
      },
      {
        name: 'baseUrl',
        title: 'API host',
        example: 'api.trigger.dev',
        optional: true,
        secret: false,
        docSection: '#step-4-set-your-base-url',
        defaultValue: 'api.trigger.dev',
      },
      {
        name: 'projectRef',
        title: 'Project ref',
        example: 'proj_1234567890',
        optional: true,
        secret: false,
        docSection: '#step-2-find-your-project-ref',
      },
      {
        name: 'environment',
        title: 'Environment',
        example: 'prod',
        optional: true,
        secret: false,
        docSection: '#step-3-find-your-environment',
        enum: ['dev', 'staging', 'prod', 'preview'],
      },
      {
        name: 'previewBranch',
        title: 'Preview branch',
        example: 'feature/login',
        optional: true,
        secret: false,
        docSection: '#step-5-set-your-preview-branch',
      },
    ]);
  });

  it.each(connectForm.fields.map((field) => [field.name, field] as const))('%s is described', (_, field) => {
    expect(field.description).toMatch(/^[A-Za-z].{20,}\.$/);
  });

  it('takes for a key what the rules take, the project ref and the branch likewise', () => {
    const patternOf = (name: string) =>
      new RegExp(connectForm.fields.find((field) => field.name === name)?.pattern ?? '$^');
    for (const key of [keys.dev, keys.staging, keys.prod, keys.preview, keys.additional, keys.pat]) {
      expect(patternOf('apiKey').test(key)).toBe(true);
    }
    for (const key of [
      keys.organization,
      keys.userActor,
      keys.publicKey,
      keys.jwt,
      keys.newFamily,
      '',
      `${keys.prod} `,
    ]) {
      expect(patternOf('apiKey').test(key)).toBe(false);
    }
    expect(patternOf('projectRef').test('proj_1')).toBe(true);
    expect(patternOf('projectRef').test('a/b')).toBe(false);
    expect(patternOf('previewBranch').test('feature/login')).toBe(true);
    expect(patternOf('previewBranch').test('refs/heads/x')).toBe(false);
  });

  it('takes its own examples', () => {
    const example = (name: string) => connectForm.fields.find((field) => field.name === name)?.example;
    const parsed = parseConnection({
      apiKey: keys.preview,
      projectRef: example('projectRef'),
      environment: 'preview',
      baseUrl: example('baseUrl'),
      previewBranch: example('previewBranch'),
    });
    expect(parsed).toMatchObject({ ok: true, warnings: [] });
  });
});

describe('the rules of the form', () => {
  const fields: readonly string[] = connectForm.fields.map(({ name }) => name);

  it('are these, in this order', () => {
    const row = ({ code, field, severity, formOnly, unknownKey }: (typeof connectForm.rules)[number]) =>
      [field, code, severity, formOnly && 'form only', unknownKey && 'unless allowed'].filter(Boolean).join(' ');
    expect(connectForm.rules.map(row)).toEqual([
      'apiKey key_required',
      'apiKey key_invalid',
      ...Array<string>(5).fill('apiKey key_kind_refused'),
      ...Array<string>(3).fill('apiKey key_invalid'),
      'apiKey key_unknown unless allowed',
      'apiKey key_invalid',
      'projectRef project_ref_invalid',
      'baseUrl base_url_invalid',
      'previewBranch branch_invalid',
      'projectRef project_ref_invalid',
      'projectRef project_ref_required form only',
      'environment environment_invalid',
      ...Array<string>(4).fill('environment environment_mismatch'),
      'environment environment_required form only',
      'previewBranch branch_required',
      ...Array<string>(3).fill('previewBranch branch_not_allowed'),
      'previewBranch branch_invalid',
      'projectRef project_ref_invalid warning',
      'baseUrl unusual_host warning',
      ...Array<string>(3).fill('apiKey key_invalid warning'),
      'previewBranch branch_required warning',
    ]);
  });

  it.each(connectForm.rules.map((rule, index) => [index, rule.code, rule] as const))(
    'rule %i (%s) is complete, and a form can run it',
    (_, code, rule) => {
      expect(errorCodes).toHaveProperty(code);
      expect(rule.message).toMatch(/^[A-Z].{15,}\.$/);
      for (const test of [...rule.when, rule.must]) {
        expect(fields).toContain(test.field);
        if ('matches' in test) {
          // JSON Schema compiles patterns with the u flag, we without.
          expect(() => [new RegExp(test.matches), new RegExp(test.matches, 'u')]).not.toThrow();
        }
      }
      expect(JSON.parse(JSON.stringify(rule))).toEqual(rule);
    },
  );
});
