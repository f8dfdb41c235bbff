using System.Net;
using Microsoft.Extensions.Logging;

namespace Declarative.Telemetry;

/// <summary>All log messages of the engine. Event ids are never reused; no message holds a token or a full URL, and only debugging shows a payload, its secrets hidden.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Error, "{Loop}: the store fails; trying again until it answers.")]
    public static partial void StoreFailed(this ILogger logger, string loop, Exception exception);

    [LoggerMessage(2, LogLevel.Information, "{Loop}: the store answers again after {Failures} failures.")]
    public static partial void StoreRecovered(this ILogger logger, string loop, int failures);

    [LoggerMessage(3, LogLevel.Error, "{Loop}: a row could not be handled because of a defect in the engine.")]
    public static partial void RowCrashed(this ILogger logger, string loop, Exception exception);

    [LoggerMessage(4, LogLevel.Warning, "{Loop}: {Count} outcomes came after their lease had ended and were dropped; the rows are handled again.")]
    public static partial void LeaseLost(this ILogger logger, string loop, int count);

    [LoggerMessage(10, LogLevel.Warning, "Event {EventName} {MessageId}: attempt {Attempt} failed ({Reason}); next in {Delay}.")]
    public static partial void MessageRetried(this ILogger logger, string eventName, Guid messageId, int attempt, string reason, TimeSpan delay);

    [LoggerMessage(11, LogLevel.Error, "Event {EventName} {MessageId} is a dead letter after {Attempt} attempts: {Reason}")]
    public static partial void MessageDied(this ILogger logger, string eventName, Guid messageId, int attempt, string reason);

    [LoggerMessage(12, LogLevel.Error, "Plugin event {EventName} could not be published; the call that it tells of goes on.")]
    public static partial void PluginFailed(this ILogger logger, string eventName, Exception exception);

    [LoggerMessage(13, LogLevel.Warning, "Plugin event {EventName} is not stored after {Limit}; the call that it tells of goes on, and the event is stored when the store answers.")]
    public static partial void PluginDelayed(this ILogger logger, string eventName, TimeSpan limit);

    [LoggerMessage(14, LogLevel.Error, "Event {EventName} {MessageId} of the outbox {Outbox} is dropped: its idempotency key '{Key}' was used for an event with other content.")]
    public static partial void OutboxConflict(this ILogger logger, string eventName, Guid messageId, string outbox, string key);

    [LoggerMessage(20, LogLevel.Information, "Delivery {Uuid} of {EventName} to subscription {SubscriptionId}: attempt {Attempt} failed ({Outcome}); next in {Delay}.")]
    public static partial void DeliveryRetried(this ILogger logger, Guid uuid, string eventName, long subscriptionId, int attempt, string outcome, TimeSpan delay);

    [LoggerMessage(21, LogLevel.Warning, "Delivery {Uuid} of {EventName} to subscription {SubscriptionId} is a dead letter after {Attempt} attempts ({Outcome}).")]
    public static partial void DeliveryDied(this ILogger logger, Guid uuid, string eventName, long subscriptionId, int attempt, string outcome);

    [LoggerMessage(22, LogLevel.Warning, "Subscription {SubscriptionId} ({Name}) is {Status}: {Reason}. While one is disabled or gone its pending deliveries are parked; enabling it makes them due.")]
    public static partial void SubscriptionChanged(this ILogger logger, long subscriptionId, string name, string status, string reason);

    [LoggerMessage(28, LogLevel.Error, "What became of subscription {SubscriptionId} could not be published as an event.")]
    public static partial void SubscriptionChangeNotTold(this ILogger logger, long subscriptionId, Exception exception);

    [LoggerMessage(29, LogLevel.Warning, "Endpoint {Endpoint} gets no deliveries until {Until:O}, then one as a probe: {Failures} attempts failed in a row.")]
    public static partial void EndpointOpened(this ILogger logger, string endpoint, int failures, DateTimeOffset until);

    [LoggerMessage(34, LogLevel.Information, "Endpoint {Endpoint} answers again; its deliveries go on.")]
    public static partial void EndpointClosed(this ILogger logger, string endpoint);

    [LoggerMessage(23, LogLevel.Error, "Notifier {Notifier} threw; the attempt counts as failed.")]
    public static partial void NotifierThrew(this ILogger logger, string notifier, Exception exception);

    [LoggerMessage(24, LogLevel.Error, "An observer of deliveries threw; deliveries go on.")]
    public static partial void ObserverThrew(this ILogger logger, Exception exception);

    [LoggerMessage(25, LogLevel.Warning, "Subscription {Name} is switched off: no module declares it any more.")]
    public static partial void SubscriptionUndeclared(this ILogger logger, string name);

    [LoggerMessage(26, LogLevel.Error, "Subscription {SubscriptionId} gets nothing of event {EventName} {MessageId}: {Reason}")]
    public static partial void SubscriptionSkipped(this ILogger logger, long subscriptionId, string eventName, Guid messageId, string reason);

    [LoggerMessage(27, LogLevel.Error, "Payload {PayloadSeq} can't be indexed; it won't be found by its values.")]
    public static partial void PayloadNotIndexed(this ILogger logger, long payloadSeq, Exception exception);

    [LoggerMessage(39, LogLevel.Error, "Event {EventName} {MessageId} can't be matched anew for replay {ReplayId}; it is left out.")]
    public static partial void EventNotReplayed(this ILogger logger, string eventName, Guid messageId, long replayId, Exception exception);

    [LoggerMessage(30, LogLevel.Information, "Started with {Events} event(s) of {Modules} module(s) and {Subscriptions} subscription(s).")]
    public static partial void Started(this ILogger logger, int events, int modules, int subscriptions);

    [LoggerMessage(31, LogLevel.Information, "Declarations were reloaded: {Events} events.")]
    public static partial void Reloaded(this ILogger logger, int events);

    [LoggerMessage(32, LogLevel.Error, "Declarations can't be reloaded and stay as they were: {Problems}")]
    public static partial void ReloadFailed(this ILogger logger, string problems);

    [LoggerMessage(33, LogLevel.Information, "Created the key that encrypts secrets: {KeyFile}. Keep a copy; without it stored tokens can't be read.")]
    public static partial void KeyFileCreated(this ILogger logger, string keyFile);

    [LoggerMessage(35, LogLevel.Warning, "Nothing reads {Key} of the configuration.{Mend}")]
    public static partial void SettingUnread(this ILogger logger, string key, string mend);

    [LoggerMessage(40, LogLevel.Error, "Report {ReportId}: {Method} {Route} failed.")]
    public static partial void RouteFailed(this ILogger logger, string reportId, string method, string route, Exception exception);

    [LoggerMessage(41, LogLevel.Information, "Routes were reloaded: {Routes}.")]
    public static partial void RoutesReloaded(this ILogger logger, int routes);

    [LoggerMessage(50, LogLevel.Warning, "{User} ({DeclaredIn} of assembly '{Assembly}') needs the resource '{Resource}', which no module declares: only callers with Magento_Backend::all are let in. {Mend}")]
    public static partial void ResourceUnknown(this ILogger logger, string user, string declaredIn, string assembly, string resource, string mend);

    [LoggerMessage(51, LogLevel.Information, "There is no admin user, so nobody can get an admin token. To make the first one set Declarative:Admin:Username and Declarative:Admin:Password (8 to 128 characters, from the environment or a secret store) and start again, or call AdminUsers.CreateAsync.")]
    public static partial void NoAdmin(this ILogger logger);

    [LoggerMessage(52, LogLevel.Information, "Created the first admin user, '{Name}', with the role '{Role}'. Declarative:Admin can be taken out of the configuration now.")]
    public static partial void FirstAdminCreated(this ILogger logger, string name, string role);

    [LoggerMessage(53, LogLevel.Warning, "Admin user '{Name}' can't log in for {Duration} after {Failures} wrong passwords.")]
    public static partial void AdminLockedOut(this ILogger logger, string name, TimeSpan duration, int failures);

    [LoggerMessage(54, LogLevel.Information, "Permissions were reloaded: {Resources} resources.")]
    public static partial void ResourcesReloaded(this ILogger logger, int resources);

    [LoggerMessage(55, LogLevel.Warning, "Integration '{Integration}' ({DeclaredIn}) is given the resource '{Resource}' without effect. {Problem}")]
    public static partial void IntegrationResourceUnknown(this ILogger logger, string integration, string declaredIn, string resource, string problem);

    [LoggerMessage(70, LogLevel.Warning, "Converter {Converter} threw for field {Field} of subscription {Subscription} (message {MessageId}, {Kind}); the value is sent unconverted.")]
    public static partial void ConverterThrew(this ILogger logger, string converter, string field, string subscription, Guid messageId, string kind, Exception? exception);

    [LoggerMessage(71, LogLevel.Warning, "{Expression} gave no value for {EventName} {MessageId}, null is used: {Reason}")]
    public static partial void ContextFailed(this ILogger logger, string expression, string eventName, Guid messageId, string reason, Exception? exception);

    [LoggerMessage(81, LogLevel.Information, "Integration '{Name}' is active.")]
    public static partial void IntegrationActivated(this ILogger logger, string name);

    [LoggerMessage(82, LogLevel.Information, "Integration '{Name}' was deactivated; each further call is refused.")]
    public static partial void IntegrationDeactivated(this ILogger logger, string name);

    [LoggerMessage(83, LogLevel.Information, "The tokens of integration '{Name}' were revoked.")]
    public static partial void IntegrationRevoked(this ILogger logger, string name);

    [LoggerMessage(84, LogLevel.Warning, "The credentials of integration '{Name}' could not be posted to its callback page: {Problem}")]
    public static partial void ExchangeFailed(this ILogger logger, string name, string problem);

    [LoggerMessage(85, LogLevel.Information, "Integration '{Name}' was installed, as {DeclaredIn} declares it. An administrator must activate it before it may call.")]
    public static partial void IntegrationInstalled(this ILogger logger, string name, string declaredIn);

    [LoggerMessage(86, LogLevel.Warning, "Integration '{Name}' was made anew, since {DeclaredIn} declares it otherwise than before. Its tokens are gone; an administrator must activate it again.")]
    public static partial void IntegrationRecreated(this ILogger logger, string name, string declaredIn);

    [LoggerMessage(87, LogLevel.Warning, "No module declares integration '{Name}' any more. It is deactivated, and can be edited or deleted like one made by hand.")]
    public static partial void IntegrationUndeclared(this ILogger logger, string name);

    [LoggerMessage(90, LogLevel.Information, "Credentials of the store {Store} were posted; they are exchanged for tokens.")]
    public static partial void CredentialsPosted(this ILogger logger, string store);

    [LoggerMessage(91, LogLevel.Warning, "A post to the callback page was refused. {Problem}")]
    public static partial void PostRefused(this ILogger logger, string problem);

    [LoggerMessage(92, LogLevel.Information, "The store {Store} gave tokens; calls to it are signed with them from now on.")]
    public static partial void TokensFetched(this ILogger logger, string store);

    [LoggerMessage(93, LogLevel.Warning, "Posted credentials could not be exchanged for tokens: {Problem}. Next try in {Delay}.")]
    public static partial void TokensNotFetched(this ILogger logger, string problem, TimeSpan delay);

    [LoggerMessage(94, LogLevel.Error, "Credentials that were posted as those of the store {Store} were not exchanged for tokens: {Problem}. Tokens from before stay. If an administrator activated the integration, do so again.")]
    public static partial void ExchangeGivenUp(this ILogger logger, string store, string problem);

    [LoggerMessage(95, LogLevel.Information, "A log-in was tied to the integration with the store {Store}.")]
    public static partial void LoginTied(this ILogger logger, string store);

    [LoggerMessage(96, LogLevel.Warning, "A link to the log-in page was refused. {Problem}")]
    public static partial void LinkRefused(this ILogger logger, string problem);

    [LoggerMessage(100, LogLevel.Debug, "Consumer '{Consumer}' received {Headers} with {Body}")]
    public static partial void EventReceived(this ILogger logger, string consumer, string headers, string body);

    [LoggerMessage(115, LogLevel.Information, "Consumer '{Consumer}' refused a request from {Address}: {Why}.")]
    public static partial void SenderRefused(this ILogger logger, string consumer, IPAddress? address, string why);

    [LoggerMessage(116, LogLevel.Information, "The ingestion at {Path} refused a request from {Address}: {Why}.")]
    public static partial void CallerRefused(this ILogger logger, string path, IPAddress? address, string why);

    [LoggerMessage(101, LogLevel.Warning, "Consumer '{Consumer}' takes no event '{Type}'; it was answered with 400, after which it is not sent again.")]
    public static partial void EventUnknown(this ILogger logger, string consumer, string type);

    [LoggerMessage(102, LogLevel.Warning, "Consumer '{Consumer}', event {EventName}: the class {Handler} isn't written yet. The event was answered with 501; the sender tries again.")]
    public static partial void HandlerMissing(this ILogger logger, string consumer, string eventName, string handler);

    [LoggerMessage(103, LogLevel.Warning, "Consumer '{Consumer}', event {EventName} {EventId}: not handled, {Status}: {Error}")]
    public static partial void EventFailed(this ILogger logger, string consumer, string eventName, string? eventId, int status, string error, Exception? cause);

    [LoggerMessage(104, LogLevel.Error, "Report {ReportId}: consumer '{Consumer}', event {EventName} {EventId}: {Handler} threw.")]
    public static partial void HandlerThrew(this ILogger logger, string reportId, string consumer, string eventName, string handler, string? eventId, Exception exception);

    [LoggerMessage(105, LogLevel.Information, "Consumer '{Consumer}', event {EventName} {EventId}: discarded as the echo of a change of our own.")]
    public static partial void EchoDiscarded(this ILogger logger, string consumer, string eventName, string? eventId);

    [LoggerMessage(106, LogLevel.Warning, "Consumer '{Consumer}', event {EventId}: it was handled, but that could not be stored; a repeat of it is handled again.")]
    public static partial void EventNotRemembered(this ILogger logger, string consumer, string? eventId, Exception exception);

    [LoggerMessage(107, LogLevel.Error, "Consumer '{Consumer}', event {EventId}: whether it was handled before can't be read; the sender is asked to send it again.")]
    public static partial void MemoryUnavailable(this ILogger logger, string consumer, string? eventId, Exception exception);

    [LoggerMessage(108, LogLevel.Information, "Consumers were reloaded: {Consumers}.")]
    public static partial void ConsumersReloaded(this ILogger logger, int consumers);

    [LoggerMessage(113, LogLevel.Warning, "Consumer '{Consumer}' is left out: its path is stated by the module '{Module}', which is switched off.")]
    public static partial void ConsumerSwitchedOff(this ILogger logger, string consumer, string module);

    [LoggerMessage(109, LogLevel.Error, "Report {ReportId}: an event that was handed in could not be published.")]
    public static partial void IngestionFailed(this ILogger logger, string reportId, Exception exception);

    [LoggerMessage(110, LogLevel.Error, "The configuration changed: {Problem} Senders whose key is missing are refused.")]
    public static partial void SecretsBroken(this ILogger logger, string problem);

    [LoggerMessage(111, LogLevel.Information, "Adobe's challenge was confirmed at {Host}.")]
    public static partial void ChallengeConfirmed(this ILogger logger, string host);

    [LoggerMessage(112, LogLevel.Warning, "Adobe's challenge was not confirmed: {Problem}. Its registration stays unverified; save it again to be asked again.")]
    public static partial void ChallengeNotConfirmed(this ILogger logger, string problem);

    [LoggerMessage(114, LogLevel.Warning, "A subscription whose receiver is gone was switched off, but subscriptions can't be read anew now; attempts that this process has claimed already may still be made.")]
    public static partial void SubscriptionsNotRead(this ILogger logger, Exception exception);
}
