/**
 * A value that is made when it is first asked for, and then kept: a schema of zod costs some 20 µs and 10 kB to make, an
 * API has hundreds, and most programs call a few of its endpoints.
 */
// @__NO_SIDE_EFFECTS__
export function later<Value extends object>(make: () => Value): () => Value {
  let made: Value | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
