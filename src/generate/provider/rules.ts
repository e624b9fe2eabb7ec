import type * as z from 'zod';
import { quoted } from '../../provider/index.js';
import type { ProviderEntry } from './entry.js';
import { patternProblem } from './pattern.js';
import { checkBaseUrl, type Place, readTemplate } from './templates.js';

type Path = readonly (string | number)[];
type Report = (path: Path, what: string, allowed?: string) => void;
type Field = ProviderEntry['credentials']['apiKey'];

interface Located {
  readonly path: Path;
  readonly text: string;
}

function textsIn(value: unknown, path: Path): Located[] {
  if (typeof value === 'string') {
    return [{ path, text: value }];
  }
  const inner = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return inner.flatMap(([name, item]) => textsIn(item, [...path, Array.isArray(value) ? Number(name) : name]));
}

/** Every text that Nango evaluates as a template. */
const templates: readonly (readonly [RegExp, Place])[] = [
  [/^proxy\.base_url$/, 'base_url'],
  [/^proxy\.(?:verification\.)?headers\./, 'header'],
  [/^proxy\.query\./, 'query'],
  [/^proxy\.(?:body|verification\.data)(?:\.|$)/, 'body'],
  [/^proxy\.connection_config\./, 'marker'],
  [/^proxy\.verification\.(?:endpoints\.|base_url_override$)/, 'probe'],
];
const placeOf = (path: Path) => templates.find(([pattern]) => pattern.test(path.join('.')))?.[1];

function checkTemplates(entry: ProviderEntry, report: Report): void {
  const config = entry.connection_config ?? {};
  const declared = Object.keys(config);
  const optional = new Set(declared.filter((name) => config[name]?.optional));
  const used = new Set<string>();
  let usesKey = false;
  for (const { path, text } of textsIn(entry, [])) {
    const place = placeOf(path);
    if (place === undefined) {
      if (text.includes('${') && path.at(-1) !== 'pattern') {
        report(path, `nothing fills in ${quoted(text)} here`, 'placeholders in base_url, headers, query and probes');
      }
      continue;
    }
    const refuse = (what: string, allowed: string) => report(path, what, allowed);
    const template = readTemplate(text, place, declared, refuse);
    for (const name of template.fields) {
      used.add(name);
    }
    usesKey ||= template.usesKey && place !== 'probe';
    const absent = place === 'probe' ? template.fields.find((name) => optional.has(name)) : undefined;
    if (absent !== undefined) {
      report(path, `${quoted(absent)} is optional: without it the probe goes to a path of that name`);
    }
    if (place === 'base_url') {
      checkBaseUrl(text, optional, refuse);
    } else if (text.split('||').length > 2) {
      report(path, `only one || works: ${quoted(text)}`, '${…} || …');
    }
  }
  for (const name of declared.filter((field) => !used.has(field))) {
    report(['connection_config', name], `no template uses the field ${quoted(name)}`, 'use it in proxy, or remove it');
  }
  if (!usesKey) {
    report(['proxy'], 'no header or query parameter sends ${apiKey}', 'authorization: Bearer ${apiKey}');
  }
}

function checkField({ default_value: preset, enum: choices, pattern }: Field, path: Path, report: Report): void {
  if (choices !== undefined && new Set(choices).size !== choices.length) {
    report([...path, 'enum'], 'a choice is there twice');
  }
  const problem = pattern === undefined ? undefined : patternProblem(pattern);
  if (problem !== undefined) {
    report([...path, 'pattern'], `the pattern ${problem}`, 'for example ^[a-z0-9_-]{1,64}$');
  } else if (preset !== undefined && !(choices?.includes(preset) ?? new RegExp(pattern ?? '').test(preset))) {
    report([...path, 'default_value'], `the form itself refuses ${quoted(preset)}`, choices?.join(', ') ?? pattern);
  }
}

function checkVerification({ credentials_verification_script: script, proxy }: ProviderEntry, report: Report): void {
  if (proxy.verification !== undefined && script !== undefined) {
    report(['credentials_verification_script'], 'an entry has proxy.verification or a script, not both');
  }
  proxy.verification?.endpoints.forEach((endpoint, index) => {
    if (/^\/*api\/v1\/whoami(?![\w-])/i.test(endpoint)) {
      const what = `the response of ${quoted(endpoint)} contains the key itself, so it cannot be a probe`;
      report(['proxy', 'verification', 'endpoints', index], what);
    }
  });
}

/** What a shape cannot express: templates that resolve, fields that are used, patterns that are safe. */
export function checkEntry(entry: ProviderEntry, context: z.core.$RefinementCtx): void {
  const report: Report = (path, message, allowed) =>
    context.addIssue({ code: 'custom', path: [...path], message, params: { allowed } });
  checkTemplates(entry, report);
  for (const group of ['credentials', 'connection_config', 'integration_config'] as const) {
    for (const [name, field] of Object.entries(entry[group] ?? {})) {
      checkField(field, [group, name], report);
    }
  }
  checkVerification(entry, report);
}
