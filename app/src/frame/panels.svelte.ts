import { layout } from './layout.svelte';
import { isFlag, isNumber, remember, remembered } from './remembered';

/** How narrow and how wide a side panel may be, the design's pixels. */
export const NARROWEST = 260;
export const WIDEST = 480;
/** One press of an arrow key on the splitter. */
export const STEP = 20;

/** A panel at the side of a screen: how wide it is, and whether it is shown. Kept on this machine. */
export class Panel {
  private chosen = $state<number>();
  private open = $state(true);
  /** Where there is no room beside the work it lies over it, and is closed until it is asked for. */
  private lies = $state(false);
  readonly over = $derived.by(() => layout.kind === 'narrow' || layout.kind === 'slim');
  readonly shown = $derived.by(() => (this.over ? this.lies : this.open));
  readonly width = $derived.by(() => this.chosen ?? (layout.kind === 'wide' ? Math.max(this.usual, 360) : this.usual));

  constructor(private readonly name: string, readonly usual: number) {
    const width = remembered(`panel/${name}/width`, isNumber);
    if (width !== undefined) this.chosen = within(width);
    this.open = remembered(`panel/${name}/open`, isFlag) ?? true;
  }

  toggle(): void {
    if (this.over) this.lies = !this.lies;
    else {
      this.open = !this.open;
      remember(`panel/${this.name}/open`, this.open);
    }
  }

  close(): void {
    if (this.shown) this.toggle();
  }

  resize(width: number): void {
    this.chosen = within(width);
    remember(`panel/${this.name}/width`, this.chosen);
  }
}

export const within = (width: number) => Math.round(Math.max(NARROWEST, Math.min(WIDEST, width)));

const panels = new Map<string, Panel>();

/** A screen's panel, the same as long as the page lives. */
export function panelOf(name: string, usual: number): Panel {
  let found = panels.get(name);
  if (!found) {
    let made!: Panel;
    $effect.root(() => {
      made = new Panel(name, usual);
    });
    panels.set(name, (found = made));
  }
  return found;
}
