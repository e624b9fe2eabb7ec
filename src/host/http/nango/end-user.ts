import * as z from 'zod';

const mostTags = 10;

const tagName = z
  .string()
  .regex(
    /^[a-zA-Z][a-zA-Z0-9_\-./]*$/,
    'The name of a tag starts with a letter; letters, digits, _ - . and / may follow.',
  )
  .max(64);

const isEmail = (text: string) => z.email().min(5).safeParse(text).success;

function problemsOf(given: Readonly<Record<string, string>>): string[] {
  const names = Object.keys(given).map((name) => name.toLowerCase());
  const twice = names.filter((name, at) => names.indexOf(name) !== at);
  const email = Object.entries(given).find(([name]) => name.toLowerCase() === 'end_user_email')?.[1];
  return [
    ...(names.length > mostTags ? [`At most ${mostTags} tags.`] : []),
    ...twice.map((name) => `The tag ${name} comes twice: names of tags become lower-case.`),
    ...(email === undefined || isEmail(email) ? [] : ['The tag end_user_email is an e-mail address.']),
  ];
}

const tagsWith = (value: z.ZodString) =>
  z.record(tagName, value).superRefine((given, context) => {
    for (const message of problemsOf(given)) {
      context.addIssue({ code: 'custom', message });
    }
  });

const lowerCase = (given: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(given).map(([name, value]) => [name.toLowerCase(), value]));

/** Labels of a connection: as at Nango at most ten, their names in lower case. */
export const tags = tagsWith(z.string().min(1).max(255)).transform(lowerCase);

export const endUser = z.strictObject({
  id: z.string().min(1).max(255),
  email: z.email().min(5).optional(),
  display_name: z.string().max(255).optional(),
  tags: tagsWith(z.string().max(255)).optional(),
});

export const organization = z.strictObject({ id: z.string().max(255), display_name: z.string().max(255).optional() });

/** What a request says of whoever connects. */
export interface GivenUser {
  readonly end_user?: z.output<typeof endUser> | undefined;
  readonly organization?: z.output<typeof organization> | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

/** As Nango's API gives it back. */
export function endUserOf({ end_user: user, organization: of }: GivenUser): Record<string, unknown> | null {
  if (user === undefined) {
    return null;
  }
  const { display_name = null, email = null, id, tags: own = null } = user;
  const its = of && { id: of.id, display_name: of.display_name ?? null };
  return { id, display_name, email, tags: own, organization: its ?? null };
}

/**
 * The tags of a connection: what was given as tags, then who connects, as far as there is room. Nango does not count
 * what it adds, so that its own import can refuse what its own list gave; here what is kept can be imported again.
 */
export function tagsOf({ end_user: user, organization: of, tags: own = {} }: GivenUser): Record<string, string> {
  const given = {
    end_user_id: user?.id,
    end_user_email: user?.email,
    end_user_display_name: user?.display_name,
    organization_id: of?.id,
    organization_display_name: of?.display_name,
  };
  const filled = (all: Record<string, string | undefined>) =>
    Object.fromEntries(Object.entries(all).filter((tag): tag is [string, string] => Boolean(tag[1])));
  const base = filled(given);
  const withUsers = { ...base, ...filled(lowerCase(user?.tags ?? {})) };
  // Nango leaves those of the user out where they would be too many.
  const added = Object.entries(Object.keys(withUsers).length > mostTags ? base : withUsers);
  const room = mostTags - Object.keys(own).length;
  return { ...Object.fromEntries(added.filter(([name]) => !Object.hasOwn(own, name)).slice(0, room)), ...own };
}
