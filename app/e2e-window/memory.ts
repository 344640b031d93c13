// The memory of a program and of all that it started: pages that several share are counted in parts (PSS).
import { readFileSync, readdirSync } from 'node:fs';

export interface Share { id: number; name: string; bytes: number }

export function pss(root: number): { all: number; each: Share[] } {
  const parents = new Map(readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map((name) => [Number(name), parentOf(name)]));
  const isOurs = (id: number | undefined): boolean => id !== undefined && (id === root || isOurs(parents.get(id)));
  const each = [...parents.keys()].filter(isOurs).map((id): Share => {
    const [, kib] = /^Pss:\s+(\d+) kB$/m.exec(read(`/proc/${id}/smaps_rollup`)) ?? [];
    return { id, name: read(`/proc/${id}/comm`).trim(), bytes: Number(kib ?? 0) * 1024 };
  });
  return { all: each.reduce((sum, { bytes }) => sum + bytes, 0), each };
}

function parentOf(id: string): number | undefined {
  const [, parent] = /^PPid:\s+(\d+)$/m.exec(read(`/proc/${id}/status`)) ?? [];
  return parent === undefined ? undefined : Number(parent);
}

/** Empty where the process has just ended. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
