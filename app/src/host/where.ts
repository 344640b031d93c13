import type { Host } from './host';
import { Shell } from './shell';
import web from './web';

/**
 * Where the page runs. One build serves both: the window's host is a few hundred bytes, and a window over a data directory that
 * `serve` holds shows the page of that process.
 */
export function isInWindow(place: Pick<Location, 'protocol' | 'hostname'>): boolean {
  return place.protocol === 'hopluu:' || place.hostname === 'hopluu.localhost';
}

const host: Host = isInWindow(location) ? new Shell() : web;
export default host;
