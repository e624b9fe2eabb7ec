import { html } from 'hono/html';

export type Html = ReturnType<typeof html>;

const links = html`<a href="/connect">Connect</a> <a href="/records">Records</a> <a href="/manage">Connections</a> <a href="/try">Actions</a> <a href="/logs">Logs</a>`;

export interface LayoutOptions {
  /** Who only connects gets no links of the operator. */
  readonly forOperator?: boolean;
  /** Seconds after which the page asks again by itself. */
  readonly refresh?: number | undefined;
}

/** The frame of every page. Values are escaped by the template. */
export function layout(title: string, content: Html, { forOperator = true, refresh }: LayoutOptions = {}): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Trigger.dev connector</title>
<link rel="stylesheet" href="/style.css">
${refresh === undefined ? '' : html`<meta http-equiv="refresh" content="${refresh}">`}
</head>
<body>
<header><strong>Trigger.dev connector</strong> ${forOperator ? links : ''}</header>
<main>${content}</main>
</body>
</html>`;
}

/** A plain page for an outcome without a page of its own. */
export function messagePage(title: string, message: string): Html {
  return layout(title, html`<h1>${title}</h1><p class="notice bad" role="alert">${message}</p>`);
}
