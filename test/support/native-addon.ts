/** The compiled front end, which a test of it cannot do without: `npm ci` builds it. */
import { loadNativeAddon, type NativeAddon } from '#server/net/native-addon.js';

export function nativeAddon(): NativeAddon {
  const addon = loadNativeAddon();
  if (typeof addon === 'string')
    throw new Error(`server/native was not built (node server/native/install.mjs): ${addon}`);
  return addon;
}
