import { Module } from '@nestjs/common';
import { ContainerNetwork } from './domain/networks/networks.ports.js';
import { BridgeNetwork } from './infra/network/bridge-network.js';

/** The default network; Reconcile opens it, so that it is there before the first container is. */
@Module({
  providers: [BridgeNetwork, { provide: ContainerNetwork, useExisting: BridgeNetwork }],
  exports: [ContainerNetwork],
})
export class NetworkModule {}
