import { calls } from './calls.js';
import { form } from './form.js';
import { install } from './install.js';
import { list } from './list.js';
import { load } from './load.js';
import type { Work } from './peer.js';
import { memory, open, store } from './store.js';
import { mint } from './tokens.js';

export const works: Readonly<Record<string, Work>> = { list, calls, store, open, memory, mint, form, load, install };
