import { loadVectorAddon } from '#index/vector/native-addon.js';

describe('loadVectorAddon', () => {
  it('finds the addon, which knows its processor', () => {
    const addon = loadVectorAddon();
    if (typeof addon === 'string') throw new Error(addon);
    expect(addon.kernels()[0]).toBe('plain');
  });

  it('says why there is none', () => {
    expect(loadVectorAddon('./nowhere.node')).toMatch(/nowhere\.node/);
    expect(loadVectorAddon('node:path')).toBe('node:path is not the vector engine');
  });
});
