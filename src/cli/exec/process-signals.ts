/** Sends signals to processes and process groups that may be gone already, and tells whether they are. */
import { readdirSync, readFileSync } from "node:fs";
import { kill } from "node:process";
import type { KillTarget } from "./guard";

/** Sends it. Without effect where nobody is left, or where the system does not allow it. */
export function sendSignal(target: KillTarget, name: NodeJS.Signals): void {
  try {
    kill(target, name);
  } catch {
    // Who is gone needs no signal, and who runs as somebody else by now cannot be given one.
  }
}

/** Whether somebody of a process group still runs and can be sent a signal. */
export function isGroupLeft(groupId: number): boolean {
  try {
    kill(-groupId, 0);
  } catch {
    return false;
  }
  return !isAllEnded(groupId);
}

/**
 * Whether those who are left have ended, and only wait for a parent to take notice. In a container whose first process is no init that
 * never happens. Only Linux tells; elsewhere the answer is no.
 */
function isAllEnded(groupId: number): boolean {
  try {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .every((pid) => stateIn(pid, groupId) !== "runs");
  } catch {
    return false;
  }
}

/** What a process is to a group. See proc_pid_stat(5): the name in parentheses may hold anything. */
function stateIn(pid: string, groupId: number): "elsewhere" | "ended" | "runs" {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, "latin1");
  } catch {
    return "elsewhere";
  }
  const [state = "", , group] = text.slice(text.lastIndexOf(")") + 2).split(" ");
  if (Number(group) !== groupId) return "elsewhere";
  return /[ZX]/i.test(state) ? "ended" : "runs";
}
