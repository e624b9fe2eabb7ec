import { ConnectorError } from '../../errors/index.js';

const units = { second: 1_000, minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;

/** The milliseconds of a sync's frequency as Nango writes it, such as "every 5 minutes" or "every half hour". */
export function frequencyMs(frequency: string): number {
  const [, amount = '1', half, unit] =
    /^every (?:(\d{1,4}) )?(half )?(second|minute|hour|day)s?$/.exec(frequency) ?? [];
  const ms = units[unit as keyof typeof units] * Number(amount) * (half === undefined ? 1 : 0.5);
  // Nango's own lowest.
  if (!(ms >= 30_000)) {
    throw new ConnectorError('input_invalid', 'A frequency is at least every 30 seconds, such as "every 5 minutes".', {
      field: 'frequency',
    });
  }
  return ms;
}
