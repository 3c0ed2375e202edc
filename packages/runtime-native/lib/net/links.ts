import { binding } from '../binding.js';
import { told } from './told.js';

export interface BridgeInput {
  /** At most 15 bytes. */
  readonly name: string;
  /** With prefix length: `10.210.0.1/22`, `fd12::1/64`. */
  readonly addresses: readonly string[];
  readonly mtu: number;
}

/** Makes the bridge or brings the present one to this state. Throws RuntimeError. */
export const ensureBridge = ({ name, addresses, mtu }: BridgeInput): Promise<void> => told(binding().ensureBridge(name, addresses, mtu));

/** An absent interface is fine. */
export const deleteLink = (name: string): Promise<void> => told(binding().deleteLink(name));

/** Names of the host's interfaces that begin with `prefix`. */
export const listLinks = (prefix: string): Promise<string[]> => told(binding().listLinks(prefix));

/** Lets the host pass packets on; interfaces that listen to routers go on doing so. */
export const enableForwarding = (): Promise<void> => told(binding().enableForwarding());
