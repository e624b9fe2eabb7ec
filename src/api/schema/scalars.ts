import * as z from 'zod';
import { later } from './later.js';

// One of each for all fields: zod gives every schema methods of its own, 8 to 13 kB of them, and keeps what another was
// made from.
export const string = later(() => z.string());
export const number = later(() => z.number());
