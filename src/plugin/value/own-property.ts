/**
 * Properties whose names come from outside.
 *
 * The keys of a Terraform map may be anything, "__proto__" and "constructor" included. Assigning the first would change the
 * object's prototype, and reading the second would find a function that nobody put there.
 */

/** Sets an own property, whatever its name is. */
export function setOwn<T>(target: Record<string, T>, name: string, value: T): void {
  if (name === "__proto__") {
    Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
  } else {
    target[name] = value;
  }
}

/** An object's own property; undefined when there is none. */
export function getOwn<T>(source: { readonly [name: string]: T }, name: string): T | undefined {
  return Object.hasOwn(source, name) ? source[name] : undefined;
}
