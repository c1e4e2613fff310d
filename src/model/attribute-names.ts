/**
 * Turns names of attributes between the two forms in use: `secret_id` in Terraform, `secretId` in TypeScript.
 */

/** `secret_id` as `secretId`. */
export function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase());
}

/** `secretId` as `secret_id`. */
export function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
