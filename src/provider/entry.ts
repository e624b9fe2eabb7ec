/** A field of the connect form, as Nango's entry declares it. */
export interface ProviderField {
  readonly type: 'string';
  readonly title: string;
  readonly description: string;
  readonly pattern?: string;
  readonly enum?: readonly string[];
  readonly optional?: boolean;
  readonly default_value?: string;
  readonly [property: string]: unknown;
}

export interface ProviderVerification {
  readonly method?: string;
  readonly endpoints: readonly string[];
  readonly base_url_override?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly data?: unknown;
}

export interface ProviderProxy {
  readonly base_url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly connection_config?: Readonly<Record<string, string>>;
  readonly verification?: ProviderVerification;
  readonly [property: string]: unknown;
}

/** An entry of Nango's providers.yaml; `schemas/provider-entry.json` says all of it. */
export interface ProviderEntry {
  readonly display_name: string;
  readonly auth_mode: 'API_KEY';
  readonly proxy: ProviderProxy;
  readonly credentials: Readonly<Record<string, ProviderField>>;
  readonly connection_config?: Readonly<Record<string, ProviderField>>;
  readonly integration_config?: Readonly<Record<string, ProviderField>>;
  readonly credentials_verification_script?: string;
  readonly [property: string]: unknown;
}
