import { Module } from '@nestjs/common';
import { ContainersModule } from './containers.module.js';
import { ReadEvents } from './domain/events/read-events.js';
import { ClearLogs } from './domain/logs/clear-logs.js';
import { LogKeeper, LogReader } from './domain/logs/logs.ports.js';
import { ReadLogs } from './domain/logs/read-logs.js';
import { Archiver } from './domain/metrics/archiver.js';
import { GetStats } from './domain/metrics/get-stats.js';
import { GetStatsHistory } from './domain/metrics/get-stats-history.js';
import { ListSamples } from './domain/metrics/list-samples.js';
import { MetricsArchive, MetricsSource } from './domain/metrics/metrics.ports.js';
import { Sampler } from './domain/metrics/sampler.js';
import { WatchMetrics } from './domain/metrics/watch-metrics.js';
import { OpenTerminal } from './domain/terminals/open-terminal.js';
import { TerminalSessions } from './domain/terminals/terminal-sessions.js';
import { EventsController } from './http/rest/events/events.controller.js';
import { LogsController } from './http/rest/logs/logs.controller.js';
import { PrometheusController } from './http/rest/prometheus/prometheus.controller.js';
import { StatsController } from './http/rest/stats/stats.controller.js';
import { EventsSocket } from './http/ws/events.socket.js';
import { LogsSocket } from './http/ws/logs.socket.js';
import { MetricsSocket } from './http/ws/metrics.socket.js';
import { TerminalSocket } from './http/ws/terminal.socket.js';
import { UpgradeRouter } from './http/ws/upgrade-router.js';
import { FileLogKeeper } from './infra/logs/file-log-keeper.js';
import { FileLogReader } from './infra/logs/file-log-reader.js';
import { LogCompressor } from './infra/logs/log-compressor.js';
import { FileMetricsArchive } from './infra/metrics/file-metrics-archive.js';
import { KernelMetricsSource } from './infra/metrics/kernel-metrics-source.js';

/** Everything that flows: events, logs, metrics, terminals. */
@Module({
  imports: [ContainersModule],
  controllers: [EventsController, LogsController, StatsController, PrometheusController],
  providers: [
    { provide: LogReader, useClass: FileLogReader },
    { provide: LogKeeper, useClass: FileLogKeeper },
    LogCompressor,
    { provide: MetricsSource, useClass: KernelMetricsSource },
    ReadEvents,
    ReadLogs,
    ClearLogs,
    { provide: MetricsArchive, useClass: FileMetricsArchive },
    Archiver,
    Sampler,
    GetStats,
    GetStatsHistory,
    ListSamples,
    WatchMetrics,
    TerminalSessions,
    OpenTerminal,
    UpgradeRouter,
    EventsSocket,
    LogsSocket,
    MetricsSocket,
    TerminalSocket,
  ],
  exports: [UpgradeRouter],
})
export class StreamsModule {}
