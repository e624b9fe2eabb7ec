import type { Path, Problem } from './document.js';
import { quoted } from './document.js';
import type { ProviderEntry, ProviderField } from './entry.js';
import { patternProblem } from './pattern.js';
import { checkBaseUrl, type Place, readTemplate } from './templates.js';
import { leaksKey } from './verification.js';

type Report = (path: Path, what: string, allowed?: string) => void;

interface Located {
  readonly path: Path;
  readonly place: Place;
  readonly text: string;
}

function textsIn(value: unknown, path: Path, place: Place): Located[] {
  if (typeof value === 'string') {
    return [{ path, place, text: value }];
  }
  const inner = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return inner.flatMap(([name, item]) => textsIn(item, [...path, Array.isArray(value) ? Number(name) : name], place));
}

/** Every text of `proxy` that Nango evaluates as a template. */
function templatesOf({ proxy }: ProviderEntry): Located[] {
  const { verification } = proxy;
  const probe = ['proxy', 'verification'];
  return [
    ...textsIn(proxy.base_url, ['proxy', 'base_url'], 'base_url'),
    ...textsIn(proxy.headers, ['proxy', 'headers'], 'header'),
    ...textsIn(proxy.query, ['proxy', 'query'], 'query'),
    ...textsIn(proxy.body, ['proxy', 'body'], 'body'),
    ...textsIn(proxy.connection_config, ['proxy', 'connection_config'], 'marker'),
    ...textsIn(verification?.endpoints, [...probe, 'endpoints'], 'probe'),
    ...textsIn(verification?.base_url_override, [...probe, 'base_url_override'], 'probe'),
    ...textsIn(verification?.headers, [...probe, 'headers'], 'header'),
    ...textsIn(verification?.data, [...probe, 'data'], 'body'),
  ];
}

/** Texts that Nango shows or uses as they are: a placeholder there stays one. */
function checkPlainTexts(entry: ProviderEntry, report: Report): void {
  const evaluated = new Set(templatesOf(entry).map(({ path }) => path.join('\0')));
  for (const { path, text } of textsIn(entry, [], 'marker')) {
    if (text.includes('${') && path.at(-1) !== 'pattern' && !evaluated.has(path.join('\0'))) {
      report(path, `nothing fills in ${quoted(text)} here`, 'placeholders in base_url, headers, query and probes');
    }
  }
}

function checkTemplates(entry: ProviderEntry, report: Report): void {
  const config = entry.connection_config ?? {};
  const declared = new Set(Object.keys(config));
  const optional = new Set(Object.keys(config).filter((name) => config[name]?.optional === true));
  const used = new Set<string>();
  let usesKey = false;
  for (const { path, place, text } of templatesOf(entry)) {
    const template = readTemplate(text, place, declared, ({ allowed, what }) => report(path, what, allowed));
    for (const name of template.fields) {
      used.add(name);
    }
    usesKey ||= template.usesKey && place !== 'probe';
    const absent = place === 'probe' ? template.fields.find((name) => optional.has(name)) : undefined;
    if (absent !== undefined) {
      report(path, `${quoted(absent)} is optional: without it the probe goes to a path of that name`);
    }
    if (place === 'base_url') {
      checkBaseUrl(text, optional, ({ allowed, what }) => report(path, what, allowed));
    } else if (text.split('||').length > 2) {
      report(path, `only one || works: ${quoted(text)}`, '${…} || …');
    }
  }
  for (const name of declared) {
    if (!used.has(name)) {
      report(
        ['connection_config', name],
        `no template uses the field ${quoted(name)}`,
        'use it in proxy, or remove it',
      );
    }
  }
  if (!usesKey) {
    report(['proxy'], 'no header or query parameter sends ${apiKey}', 'authorization: Bearer ${apiKey}');
  }
}

function checkField(field: ProviderField, path: Path, report: Report): void {
  const { default_value: preset, enum: choices, pattern } = field;
  if (choices !== undefined && new Set(choices).size !== choices.length) {
    report([...path, 'enum'], 'a choice is there twice');
  }
  const problem = pattern === undefined ? undefined : patternProblem(pattern);
  if (problem !== undefined) {
    report([...path, 'pattern'], `the pattern ${problem}`, 'for example ^[a-z0-9_-]{1,64}$');
  } else if (preset !== undefined) {
    const fits = choices?.includes(preset) ?? (pattern === undefined || new RegExp(pattern).test(preset));
    if (!fits) {
      report([...path, 'default_value'], `the form itself refuses ${quoted(preset)}`, choices?.join(', ') ?? pattern);
    }
  }
}

function checkVerification({ credentials_verification_script: script, proxy }: ProviderEntry, report: Report): void {
  const { verification } = proxy;
  if (verification !== undefined && script !== undefined) {
    report(['credentials_verification_script'], 'an entry has proxy.verification or a script, not both');
  }
  verification?.endpoints.forEach((endpoint, index) => {
    if (leaksKey(endpoint)) {
      const what = `the answer of ${quoted(endpoint)} holds the key itself, so it is no probe`;
      report(['proxy', 'verification', 'endpoints', index], what);
    }
  });
}

/** What the shape cannot say: templates that resolve, fields that are used, patterns that are safe. */
export function checkEntry(entry: ProviderEntry, offsetOf: (path: Path) => number): Problem[] {
  const problems: Problem[] = [];
  const report: Report = (path, what, allowed) => problems.push({ offset: offsetOf(path), what, allowed });
  checkPlainTexts(entry, report);
  checkTemplates(entry, report);
  for (const group of ['credentials', 'connection_config', 'integration_config'] as const) {
    for (const [name, field] of Object.entries(entry[group] ?? {})) {
      checkField(field, [group, name], report);
    }
  }
  checkVerification(entry, report);
  return problems;
}
