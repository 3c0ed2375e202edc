import { API_PREFIX, type CreateContainerInput } from '@keelson/contracts';
import { quoteWord } from '../../../lib/split-command';

/** The request as a curl line for a shell whose variable holds an API token. */
export function curlLine(request: CreateContainerInput, origin: string): string {
  return [
    `curl -X POST ${quoteWord(`${origin}${API_PREFIX}/containers`)}`,
    `-H "Authorization: Bearer $KEELSON_TOKEN"`,
    `-H 'Content-Type: application/json'`,
    `-d ${quoteWord(JSON.stringify(request, null, 2))}`,
  ].join(' \\\n  ');
}

/** The same container as the docker client would be asked for it. */
export function dockerLine(request: CreateContainerInput): string {
  const options = [
    ...flag('--name', request.name),
    ...(request.tty ? ['-t'] : []),
    ...(request.openStdin ? ['-i'] : []),
    ...Object.entries(request.env ?? {}).flatMap(([name, value]) => flag('-e', `${name}=${value}`)),
    ...flag('-w', request.workingDir),
    ...flag('-u', request.user),
    ...restartFlag(request),
    ...(request.ports ?? []).flatMap(({ hostPort, containerPort }) =>
      flag('-p', hostPort ? `${hostPort}:${containerPort}` : containerPort),
    ),
    ...flag('--network', request.network),
    ...flag('--memory', memoryText(request.resources?.memoryBytes)),
    ...flag('--cpus', request.resources?.cpus),
    ...flag('--pids-limit', request.resources?.pidsLimit),
  ];
  const words = [request.image, ...(request.command ?? [])].map(quoteWord);
  return ['docker run -d', ...options, words.join(' ')].join(options.length > 2 ? ' \\\n  ' : ' ');
}

/** In the largest of docker's units that says it in whole numbers. */
function memoryText(bytes: number | undefined): string | undefined {
  if (bytes === undefined) return undefined;
  for (const [unit, size] of [
    ['g', 1024 ** 3],
    ['m', 1024 ** 2],
  ] as const)
    if (bytes % size === 0) return `${bytes / size}${unit}`;
  return String(bytes);
}

function flag(name: string, value: string | number | undefined): string[] {
  return value === undefined ? [] : [`${name} ${quoteWord(String(value))}`];
}

function restartFlag({ restartPolicy }: CreateContainerInput): string[] {
  if (!restartPolicy) return [];
  const { name, maximumRetryCount } = restartPolicy;
  return flag('--restart', maximumRetryCount ? `${name}:${maximumRetryCount}` : name);
}
