/** The transports there are, each against what all of them promise. */
import { NativeTransport } from '#server/net/native-transport.js';
import { NetTransport } from '#server/net/net-transport.js';
import { transportContract } from '../../contract/transport.js';
import { nativeAddon } from '../../support/native-addon.js';

transportContract('on node:net', () => new NetTransport());
transportContract('on the native front end', () => new NativeTransport(nativeAddon(), 1));
transportContract('on the native front end with an I/O thread', () => new NativeTransport(nativeAddon(), 2));
transportContract('on the native front end with three I/O threads', () => new NativeTransport(nativeAddon(), 4));
