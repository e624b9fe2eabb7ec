/** The part of JSON Schema (draft-07) that the loader interprets itself. */
export interface Schema {
  readonly type?: 'object' | 'array' | 'string' | 'integer' | 'boolean';
  readonly description?: string;
  readonly const?: string;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: false;
  readonly required?: readonly string[];
  readonly minProperties?: number;
  /** Told apart by the `const` of their `type`. */
  readonly oneOf?: readonly Schema[];
}

const text = (description: string, more: Schema = {}): Schema => ({
  type: 'string',
  minLength: 1,
  description,
  ...more,
});
const flag = (description: string): Schema => ({ type: 'boolean', description });
const texts = (description: string, item: Schema = {}): Schema => ({
  type: 'array',
  minItems: 1,
  description,
  items: { type: 'string', minLength: 1, ...item },
});
const object = (
  properties: Record<string, Schema>,
  required: readonly string[] = [],
  description?: string,
): Schema => ({
  type: 'object',
  ...(description !== undefined && { description }),
  additionalProperties: false,
  properties,
  ...(required.length > 0 && { required }),
});
/** Names of any choice that match `pattern`, each with `value`. */
const named = (pattern: string, value: Schema, description: string): Schema => ({
  type: 'object',
  description,
  additionalProperties: false,
  patternProperties: { [pattern]: value },
});

const url = (description: string) => text(description, { pattern: '^https?://' });
const fieldName = '^[A-Za-z][A-Za-z0-9_]*$';
const headerName = '^[a-z0-9_.-]+$';
const headers = (description: string) => named(headerName, text('A template.'), description);

const field = object(
  {
    type: text('Every field is text.', { const: 'string' }),
    title: text('The label.'),
    description: text('The line of help.'),
    example: text('The placeholder.'),
    pattern: text('A JavaScript regular expression that the value must match.'),
    format: text('A check by name.', { enum: ['hostname', 'uri', 'uuid', 'email'] }),
    enum: texts('The choices; the form shows a select.'),
    optional: flag('The form takes an empty value, and sends it as empty text.'),
    default_value: text('Prefilled in the form; the server never applies it.'),
    prefix: text('Shown before the value; not part of it.'),
    suffix: text('Shown after the value; not part of it.'),
    order: { type: 'integer', description: 'Place in the form. The credential has place 100.' },
    doc_section: text('Anchor in the page of docs_connect.', { pattern: '^#[a-z0-9-]+$' }),
    secret: flag('Shown as a password field.'),
    hidden: flag('In the form, but not shown.'),
    automated: flag('Never in the form: a script fills it.'),
  },
  ['type', 'title', 'description'],
);

const adminField: Schema = {
  ...field,
  properties: {
    ...field.properties,
    warnings: { type: 'object', description: 'Warnings by value.' },
    visible_when: object({ field: text('Another field.'), equals: text('Its value.') }, ['field', 'equals']),
  },
};

const limitName = text('Query parameter of the page size.');
const responsePath = text('Where the records are in an answer.');
// No `limit` in any: Nango's validator refuses it, and a caller passes it per call.
const paginate: Schema = {
  type: 'object',
  description: 'How the pages of a list follow each other.',
  oneOf: [
    object(
      {
        type: { type: 'string', const: 'cursor' },
        cursor_path_in_response: text('Where the next cursor is in an answer.'),
        cursor_name_in_request: text('Query parameter of the cursor.'),
        limit_name_in_request: limitName,
        response_path: responsePath,
      },
      ['type', 'cursor_path_in_response', 'cursor_name_in_request'],
    ),
    object(
      {
        type: { type: 'string', const: 'link' },
        link_rel_in_response_header: text('The relation in the Link header.'),
        link_path_in_response_body: text('Where the next address is in an answer.'),
        limit_name_in_request: limitName,
        response_path: responsePath,
      },
      ['type'],
    ),
    object(
      {
        type: { type: 'string', const: 'offset' },
        offset_name_in_request: text('Query parameter of the offset.'),
        offset_start_value: { type: 'integer', description: 'The first offset.' },
        offset_calculation_method: text('What the offset counts.', { enum: ['per-page', 'by-response-size'] }),
        limit_name_in_request: limitName,
        response_path: responsePath,
      },
      ['type', 'offset_name_in_request'],
    ),
  ],
};

const retry: Schema = {
  ...object(
    {
      at: texts('Headers that hold the time of the next try.', { pattern: headerName }),
      after: texts('Headers that hold the seconds to wait.', { pattern: headerName }),
      remaining: text('Header that holds how many calls are left.', { pattern: headerName }),
      error_code: texts('Statuses to try again on; without it also 401.', {
        pattern: '^[1-5](?:xx|[0-9]{2}(?:-[1-5][0-9]{2})?)$',
      }),
      in_body: object(
        {
          path: text('Where the time is in the body.'),
          value: text('A regular expression that takes the time out of the text there.'),
          strategy: text('What the time means.', { enum: ['at', 'after'] }),
        },
        ['path', 'strategy'],
      ),
    },
    [],
    'When the proxy tries again, and after how long.',
  ),
  minProperties: 1,
};

const proxy = object(
  {
    base_url: text('Where calls go: a template, or two with || between them.'),
    headers: headers('Sent with every call; one whose value is missing is dropped.'),
    query: named('^.+$', text('A template.'), 'Query parameters of every call.'),
    body: { type: 'object', description: 'Body fields of every call.' },
    connection_config: named(fieldName, text('A template.'), 'Has no effect on a call: marks fields as used.'),
    retry,
    paginate,
    decompress: flag('Answers come compressed.'),
    forward_headers_on_redirect: flag('Headers follow a redirect.'),
    verification: object(
      {
        method: text('Of the probes.', { enum: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] }),
        endpoints: texts('Probes, in order: the first that answers 2xx accepts the credential.'),
        headers: headers('Sent with every probe.'),
        data: { description: 'Body of the probes.' },
        base_url_override: text('Where the probes go, if not to base_url.'),
      },
      ['endpoints'],
      'Calls that a new credential must pass.',
    ),
  },
  ['base_url'],
  'How calls are made.',
);

const fields = (of: Schema, description: string) => named(fieldName, of, description);

/** One entry of Nango's providers.yaml whose credential is an API key, its `alias` resolved. */
export const providerEntrySchema: Schema = object(
  {
    display_name: text('The name that people see.'),
    categories: texts('Where the catalogue lists it.', {
      enum: [
        ...['accounting', 'analytics', 'ats', 'banking', 'cms', 'communication', 'crm', 'design', 'dev-tools'],
        ...['e-commerce', 'erp', 'gaming', 'hr', 'iam', 'invoicing', 'knowledge-base', 'legal', 'marketing', 'mcp'],
        ...['other', 'payment', 'popular', 'productivity', 'search', 'social', 'sports', 'storage', 'support'],
        ...['surveys', 'ticketing', 'video'],
      ],
    }),
    auth_mode: text('The kind of credential.', { const: 'API_KEY' }),
    installation: text('Where the connection is started from.', { const: 'outbound' }),
    proxy,
    docs: url('The page of the integration.'),
    docs_connect: url('The page for the person who connects.'),
    setup_guide_url: url('The page for the person who sets the integration up.'),
    credentials: object({ apiKey: field }, ['apiKey'], 'The form field of the credential.'),
    connection_config: fields(field, 'The other form fields.'),
    integration_config: fields(adminField, 'What an administrator fills in, once for an integration.'),
    webhook_routing_script: text('A handler built into the server.'),
    webhook_user_defined_secret: flag('The administrator sets the secret of webhooks.'),
    webhook_allowed_query_params: texts('Query parameters that a webhook may carry.'),
    post_connection_script: text('A script built into the server, run after connecting.'),
    pre_connection_deletion_script: text('A script built into the server, run before a connection is deleted.'),
    credentials_verification_script: text('A script built into the server, instead of proxy.verification.'),
  },
  ['display_name', 'auth_mode', 'proxy', 'docs', 'credentials'],
);
