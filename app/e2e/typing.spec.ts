import type { CDPSession, Page } from '@playwright/test';
import { cell, expect, input, openFigures, openPage, row, test } from './office';
import { PERIOD } from './town';

const CELL = 'pl4.3.2.1';
const REASON = 'không thuộc thẩm quyền: cấp tỉnh xử lý';

/** How Vietnamese input methods write a word, letter by letter as it looks on the way. */
type Shape = (page: Page, tools: CDPSession, steps: string[]) => Promise<void>;

const SHAPES: Record<string, Shape> = {
  // The keyboard of Windows and ibus: a composition, which is committed.
  'composing': async (_page, tools, steps) => {
    for (const text of steps) await tools.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length });
    await tools.send('Input.insertText', { text: steps.at(-1)! });
  },
  // Unikey and EVKey: Backspaces, then the letters anew.
  'by Backspace': async (page, _tools, steps) => {
    let before = '';
    for (const text of steps) {
      const [old, now] = [[...before], [...text]];
      let common = 0;
      while (common < old.length && old[common] === now[common]) common++;
      for (let at = common; at < old.length; at++) await page.keyboard.press('Backspace');
      for (const letter of now.slice(common)) await page.keyboard.insertText(letter);
      before = text;
    }
  },
  // ibus with surrounding text: letters go without a key, and others come.
  'by surrounding text': async (page, _tools, steps) => {
    let before = '';
    for (const text of steps) {
      const [old, now] = [[...before], [...text]];
      let common = 0;
      while (common < old.length && old[common] === now[common]) common++;
      await page.evaluate(([gone, come]) => {
        const selection = document.getSelection()!;
        for (let at = 0; at < (gone as number); at++) {
          const field = document.activeElement;
          if (field instanceof HTMLInputElement) field.setSelectionRange(field.selectionStart! - 1, field.selectionStart!);
          else selection.modify('extend', 'backward', 'character');
          document.execCommand('delete');
        }
        document.execCommand('insertText', false, come as string);
      }, [old.length - common, now.slice(common).join('')] as const);
      before = text;
    }
  },
};

const WORD = ['g', 'ga', 'gă', 'găp', 'gặp'];

for (const [name, write] of Object.entries(SHAPES)) {
  test(`a text is typed ${name}`, async ({ town, context }) => {
    const office = await town.office('quay-1', '19996');
    await office.serve();
    const page = await openPage(context, office, `#/${PERIOD}/text/i.2`);
    const tools = await context.newCDPSession(page);
    const editor = page.locator('.ProseMirror');
    await editor.click();
    await page.keyboard.insertText('Đã ');
    await write(page, tools, WORD);
    await page.keyboard.type(' ');
    await write(page, tools, ['n', 'no', 'nó']);
    await page.keyboard.type('.');
    await expect(editor).toHaveText('Đã gặp nó.');
    await expect(page.locator('.foot')).toContainText('Đã lưu trên máy này');
    await expect.poll(() => office.run('text', PERIOD, 'i.2')).toContain('Đã gặp nó.');
  });

  test(`words are typed into a cell ${name}, from the first letter on`, async ({ town, context }) => {
    const office = await town.office('quay-1', '19996');
    await office.serve();
    const page = await openPage(context, office);
    const tools = await context.newCDPSession(page);
    await openFigures(page, 'pl4', CELL);
    await write(page, tools, ['k', 'kh', 'kho', 'khô', 'khôn', 'không']);
    await expect(input(page)).toHaveValue('không');
    await page.keyboard.insertText(REASON.slice('không'.length));
    await page.keyboard.press('Enter');
    await expect(cell(page, CELL)).toHaveText('Không thuộc thẩm quyền');
    await expect(row(page, CELL)).toContainText('cấp tỉnh xử lý');

    await page.keyboard.press('ArrowUp');
    await expect(input(page)).toHaveAttribute('aria-activedescendant', `cell-${CELL}`);
    await write(page, tools, ['k']);
    await page.keyboard.press('Enter');
    await expect(cell(page, CELL)).toHaveText('Không phát sinh');
    await expect(row(page, CELL)).toContainText(/Đã lưu trên máy này|đã nhận/);
  });
}
