import { Deadline } from '#index/deadline.js';

describe('Deadline', () => {
  it('asks once in a block of steps', () => {
    let asked = 0;
    const deadline = new Deadline(() => {
      asked++;
      return false;
    });
    for (let step = 0; step < 1024; step++) deadline.step();
    expect(asked).toBe(4);
  });

  it('throws the timeout error when the time is up', () => {
    const deadline = new Deadline(() => true);
    expect(deadline.isOver()).toBe(true);
    expect(() => deadline.check()).toThrow('Search operation cancelled due to timeout');
  });

  it('is never over without somebody to ask', () => {
    const deadline = new Deadline(undefined);
    for (let step = 0; step < 1024; step++) deadline.step();
    expect(deadline.isOver()).toBe(false);
  });
});
