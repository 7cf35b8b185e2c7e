/** The transports there are, each against what all of them promise. */
import { NativeTransport } from '#server/net/native-transport.js';
import { NetTransport } from '#server/net/net-transport.js';
import { transportContract } from '../../contract/transport.js';
import { nativeAddon } from '../../support/native-addon.js';

transportContract('on node:net', () => new NetTransport());
transportContract('on the native front end', () => new NativeTransport(nativeAddon()));
