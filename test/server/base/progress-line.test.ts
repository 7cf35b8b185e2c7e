import { ProgressLine } from '#server/base/progress-line.js';

class Screen {
  text = '';
  constructor(
    readonly isTTY: boolean,
    readonly columns: number,
  ) {}
  write(text: string): void {
    this.text += text;
  }
}

test('on a terminal a bar is drawn in place, not too often and not too wide', () => {
  let nowMs = 1_000;
  const screen = new Screen(true, 52);
  const line = new ProgressLine(screen, { nowMs: () => nowMs });
  line.show(0.5, 'half of it is done, and this is cut off');
  line.show(0.6, 'too soon');
  nowMs += 100;
  line.show(0.75, 'more');
  line.end(1, 'all');
  expect(screen.text.split('\r').slice(1)).toEqual([
    `${'█'.repeat(12)}${'░'.repeat(12)}  50% half of it is done, a\u001b[K`,
    `${'█'.repeat(18)}${'░'.repeat(6)}  75% more\u001b[K`,
    `${'█'.repeat(24)} 100% all\u001b[K\n`,
  ]);
});

test('elsewhere there is a plain line now and then', () => {
  let nowMs = 0;
  const screen = new Screen(false, 80);
  const line = new ProgressLine(screen, { nowMs: () => nowMs });
  line.show(0.1, 'too soon');
  nowMs += 5_000;
  line.show(0.259, 'some');
  line.end(1, 'all');
  expect(screen.text).toBe('25% some\n100% all\n');
});
