/** All forms in which keys are looked for. A new one is a file beside this, and a line here. */
import { base64Form } from "./base64";
import type { Form } from "./form";
import { byteListForm, hexForm } from "./hex";
import { plainForm } from "./plain";
import { utf16Form } from "./utf16";

export const forms: readonly Form[] = [plainForm, utf16Form, base64Form, hexForm, byteListForm];
