import { wholeNumber } from '../../../lib/form/texts';
import type { RunForm } from './form';
import { type Part, PartReader } from './reading';

export function readNetwork({ network, ports }: RunForm): Part {
  const reader = new PartReader();
  if (network !== 'bridge') return reader.part({ network });
  const mappings = reader.list('ports', ports, ({ host, container }, field, at) => {
    const [hostPort, containerPort] = [portOf(host), portOf(container)];
    if (host.trim() !== '' && hostPort === undefined) reader.problem(`${field}.hostPort`, 'port');
    if (hostPort !== undefined && ports.findIndex((other) => portOf(other.host) === hostPort) < at)
      reader.problem(`${field}.hostPort`, 'duplicate');
    if (containerPort === undefined) reader.problem(`${field}.containerPort`, 'port');
    return { ...(hostPort !== undefined && { hostPort }), containerPort: containerPort ?? 0 };
  });
  return reader.part(mappings ? { ports: mappings } : {});
}

const portOf = (text: string) => wholeNumber(text, 1, 65_535);
