/**
 * Core's merger of configuration and prior state, which it proposes to the provider.
 *
 * After `ProposedNew` of Terraform's package `plans/objchange`, for schemas without blocks.
 */
import type { MemberAttribute, MemberAttributes } from "../../../src/framework/schema/attribute";
import { isArrayValue, isObjectValue, type ObjectValue, type Value } from "../../../src/plugin/value/value";

/** What core proposes. */
export function proposedState(attributes: MemberAttributes, prior: Value, config: ObjectValue): ObjectValue {
  const priorObject = isObjectValue(prior) ? prior : {};
  return Object.fromEntries(
    Object.entries(attributes).map(([name, attribute]): [string, Value] => [
      name,
      proposedValue(attribute, priorObject[name] ?? null, config[name] ?? null),
    ]),
  );
}

function proposedValue(attribute: MemberAttribute, prior: Value, config: Value): Value {
  if (attribute.computed === true && config === null) return prior;
  const { nested, attributes } = attribute;
  if (nested === undefined) return config;

  const propose = (element: Value, priorElement: Value): Value =>
    isObjectValue(element) ? proposedState(attributes, priorElement, element) : element;
  if (isArrayValue(config)) {
    const priorElements = nested === "list" && isArrayValue(prior) ? prior : [];
    return config.map((element, index) => propose(element, priorElements[index] ?? null));
  }
  if (nested === "single" || !isObjectValue(config)) return propose(config, prior);
  const priorElements = isObjectValue(prior) ? prior : {};
  return Object.fromEntries(
    Object.entries(config).map(([key, element]) => [key, propose(element, priorElements[key] ?? null)]),
  );
}
