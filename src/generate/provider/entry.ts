import * as z from 'zod';

const text = (description: string) => z.string().min(1).describe(description);
const matching = (pattern: RegExp, description: string) => z.string().regex(pattern).describe(description);
const texts = (description: string, item: z.ZodString = z.string().min(1)) =>
  z.array(item).min(1).describe(description);
const flag = (description: string) => z.boolean().describe(description);
/** The message of an unknown key lists the known ones. */
export const object = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.strictObject(shape, { error: () => Object.keys(shape).join(', ') });
/** Keys that may be left out. */
const optional = <Shape extends z.ZodRawShape>(shape: Shape) => z.object(shape).partial().shape;
const named = <Value extends z.ZodType>(pattern: RegExp, value: Value, description: string) =>
  z.record(z.string().regex(pattern), value).describe(description);

const url = (description: string) => matching(/^https?:\/\//, description);
const fieldName = /^[A-Za-z][A-Za-z0-9_]*$/;
const headerName = /^[a-z0-9_.-]+$/;
const headers = (description: string) => named(headerName, text('A template.'), description);

const fieldShape = {
  type: z.literal('string').describe('Every field is text.'),
  title: text('The label.'),
  description: text('The line of help.'),
  ...optional({
    example: text('The placeholder.'),
    pattern: text('A JavaScript regular expression that the value must match.'),
    format: z.enum(['hostname', 'uri', 'uuid', 'email']).describe('A check by name.'),
    enum: texts('The choices; the form shows a select.'),
    optional: flag('The form takes an empty value, and sends it as empty text.'),
    default_value: text('Prefilled in the form; the server never applies it.'),
    prefix: text('Shown before the value; not part of it.'),
    suffix: text('Shown after the value; not part of it.'),
    order: z.int().describe('Place in the form. The credential has place 100.'),
    doc_section: matching(/^#[a-z0-9-]+$/, 'Anchor in the page of docs_connect.'),
    secret: flag('Shown as a password field.'),
    hidden: flag('In the form, but not shown.'),
    automated: flag('Never in the form: a script fills it.'),
  }),
};

const adminField = object({
  ...fieldShape,
  ...optional({
    warnings: z.record(z.string(), z.unknown()).describe('Warnings by value.'),
    visible_when: object({ field: text('Another field.'), equals: text('Its value.') }),
  }),
});

// No `limit` in any: Nango's validator refuses it, and a caller passes it per call.
const pages = optional({
  limit_name_in_request: text('Query parameter of the page size.'),
  response_path: text('Where the records are in a response.'),
});
const paginate = z
  .discriminatedUnion(
    'type',
    [
      object({
        type: z.literal('cursor'),
        cursor_path_in_response: text('Where the next cursor is in a response.'),
        cursor_name_in_request: text('Query parameter of the cursor.'),
        ...pages,
      }),
      object({
        type: z.literal('link'),
        ...optional({
          link_rel_in_response_header: text('The relation in the Link header.'),
          link_path_in_response_body: text('Where the next URL is in a response.'),
        }),
        ...pages,
      }),
      object({
        type: z.literal('offset'),
        offset_name_in_request: text('Query parameter of the offset.'),
        ...optional({
          offset_start_value: z.int().describe('The first offset.'),
          offset_calculation_method: z.enum(['per-page', 'by-response-size']).describe('What the offset counts.'),
        }),
        ...pages,
      }),
    ],
    { error: 'cursor, link, offset' },
  )
  .describe('How the pages of a list follow each other.');

const retryShape = optional({
  at: texts('Headers that hold the time of the next try.', z.string().regex(headerName)),
  after: texts('Headers that hold the seconds to wait.', z.string().regex(headerName)),
  remaining: matching(headerName, 'Header that holds how many calls are left.'),
  error_code: texts(
    'Statuses to try again on; without it also 401.',
    z.string().regex(/^[1-5](?:xx|[0-9]{2}(?:-[1-5][0-9]{2})?)$/),
  ),
  in_body: object({
    path: text('Where the time is in the body.'),
    ...optional({ value: text('A regular expression that takes the time out of the text there.') }),
    strategy: z.enum(['at', 'after']).describe('What the time means.'),
  }),
});
const retry = object(retryShape)
  .refine((value) => Object.keys(value).length > 0, {
    error: 'proxy.retry is empty',
    params: { allowed: Object.keys(retryShape).join(', ') },
  })
  .meta({ minProperties: 1, description: 'When the proxy tries again, and after how long.' });

const body = z.record(z.string(), z.unknown()).describe('Body fields of every call.');

const verification = object({
  endpoints: texts('Probes, in order: the first with a 2xx response accepts the credential.'),
  ...optional({
    method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']).describe('Of the probes.'),
    headers: headers('Sent with every probe.'),
    data: z.unknown().describe('Body of the probes.'),
    base_url_override: text('Where the probes go, if not to base_url.'),
  }),
}).describe('Calls that a new credential must pass.');

const proxy = object({
  base_url: text('Where calls go: a template, or two with || between them.'),
  ...optional({
    headers: headers('Sent with every call; one whose value is missing is dropped.'),
    query: named(/^.+$/, text('A template.'), 'Query parameters of every call.'),
    body,
    connection_config: named(fieldName, text('A template.'), 'Has no effect on a call: marks fields as used.'),
    retry,
    paginate,
    decompress: flag('Responses come compressed.'),
    forward_headers_on_redirect: flag('Headers follow a redirect.'),
    verification,
  }),
}).describe('How calls are made.');

const categories = [
  ...['accounting', 'analytics', 'ats', 'banking', 'cms', 'communication', 'crm', 'design', 'dev-tools'],
  ...['e-commerce', 'erp', 'gaming', 'hr', 'iam', 'invoicing', 'knowledge-base', 'legal', 'marketing', 'mcp'],
  ...['other', 'payment', 'popular', 'productivity', 'search', 'social', 'sports', 'storage', 'support'],
  ...['surveys', 'ticketing', 'video'],
] as const;

/** One entry of Nango's providers.yaml whose credential is an API key, its `alias` resolved. */
export const providerEntry = object({
  display_name: text('The name that people see.'),
  auth_mode: z.literal('API_KEY').describe('The kind of credential.'),
  proxy,
  docs: url('The page of the integration.'),
  credentials: object({ apiKey: object(fieldShape) }).describe('The form field of the credential.'),
  ...optional({
    categories: z.array(z.enum(categories)).min(1).describe('Where the catalogue lists it.'),
    installation: z.literal('outbound').describe('Where the connection is started from.'),
    docs_connect: url('The page for the person who connects.'),
    setup_guide_url: url('The page for the person who sets the integration up.'),
    connection_config: named(fieldName, object(fieldShape), 'The other form fields.'),
    integration_config: named(fieldName, adminField, 'What an administrator fills in, once for an integration.'),
    webhook_routing_script: text('A handler built into the server.'),
    webhook_user_defined_secret: flag('The administrator sets the secret of webhooks.'),
    webhook_allowed_query_params: texts('Query parameters that a webhook may carry.'),
    post_connection_script: text('A script built into the server, run after connecting.'),
    pre_connection_deletion_script: text('A script built into the server, run before a connection is deleted.'),
    credentials_verification_script: text('A script built into the server, instead of proxy.verification.'),
  }),
});

export type ProviderEntry = z.infer<typeof providerEntry>;

/** The shape of an entry, without the rules between its parts. */
export function providerEntryJsonSchema(): Record<string, unknown> {
  const description = 'An entry of Nango’s providers.yaml whose credential is an API key, its alias resolved.';
  return { ...z.toJSONSchema(providerEntry, { target: 'draft-7' }), title: 'ProviderEntry', description };
}
