/** A piece of a text, and whether it is other than in the text that it is compared with. */
export interface Piece { text: string; other: boolean }

/** More words than a paragraph has: beyond, all of it is marked. */
const MOST = 600;

/** A text in pieces: which of its words are not in `than`, in their order. Together they are the text. */
export function piecesOf(text: string, than: string): Piece[] {
  if (text === '') return [];
  const [words, others] = [text, than].map((one) => one.split(/(?<=\s)/)) as [string[], string[]];
  if (words.length > MOST || others.length > MOST) return [{ text, other: true }];
  // How many words the rests of both have in common.
  const common = words.map(() => new Array<number>(others.length + 1).fill(0));
  common.push(new Array<number>(others.length + 1).fill(0));
  const same = (at: number, beside: number) => words[at]!.trim() === others[beside]!.trim();
  for (let at = words.length - 1; at >= 0; at--) {
    for (let beside = others.length - 1; beside >= 0; beside--) {
      common[at]![beside] = same(at, beside) ? common[at + 1]![beside + 1]! + 1 : Math.max(common[at + 1]![beside]!, common[at]![beside + 1]!);
    }
  }
  const pieces: Piece[] = [];
  let beside = 0;
  words.forEach((word, at) => {
    while (beside < others.length && !same(at, beside) && common[at]![beside + 1] === common[at]![beside]) beside++;
    const other = beside >= others.length || !same(at, beside);
    if (!other) beside++;
    const last = pieces.at(-1);
    if (last?.other === other) last.text += word;
    else pieces.push({ text: word, other });
  });
  return pieces;
}
