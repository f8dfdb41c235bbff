using System.Globalization;
using System.Text;
using Declarative.History;
using Npgsql;

namespace Declarative.PostgreSql;

/// <summary>Turns a selection and a search into a condition on <c>delivery d</c>, <c>message m</c> and <c>subscription s</c>. Values are parameters, never text.</summary>
internal sealed class SearchSql
{
    private readonly StringBuilder _sql = new();
    private readonly List<NpgsqlParameter> _values = [];

    public static (string Sql, List<NpgsqlParameter> Values) Of(DeliverySelection selection, SearchExpression? expression = null)
    {
        var search = new SearchSql();
        search.Write(selection);
        if (expression is not null)
        {
            search._sql.Append(" AND ");
            search.Write(expression);
        }

        return (search._sql.ToString(), search._values);
    }

    private void Write(DeliverySelection selection)
    {
        // As text, so that the index of the dead ones is found to hold them; it is a number of ours.
        _sql.Append(selection.State is { } state ? string.Create(CultureInfo.InvariantCulture, $"d.state = {(int)state}") : "true");
        if (selection.EventName is { } name)
            _sql.Append(" AND m.name = ").Append(Parameter(SqlValue.Text(name)));
        if (selection.SubscriptionId is { } subscription)
            _sql.Append(" AND d.subscription_id = ").Append(Parameter(SqlValue.Long(subscription)));
        if (selection.Endpoint is { } endpoint)
            _sql.Append(" AND d.endpoint_id IN (SELECT id FROM declarative.endpoint WHERE substr(key, strpos(key, '|') + 1) = ").Append(Parameter(SqlValue.Text(endpoint))).Append(')');
        if (selection.From is { } from)
            _sql.Append(" AND d.created_at >= ").Append(Parameter(SqlValue.Time(from)));
        if (selection.To is { } to)
            _sql.Append(" AND d.created_at < ").Append(Parameter(SqlValue.Time(to)));
    }

    private void Write(SearchExpression expression)
    {
        switch (expression)
        {
            case SearchExpression.Several several:
                for (var i = 0; i < several.Parts.Count; i++)
                {
                    _sql.Append(i == 0 ? "(" : several.IsAll ? " AND " : " OR ");
                    Write(several.Parts[i]);
                }

                _sql.Append(')');
                break;
            case SearchExpression.Not not:
                _sql.Append("NOT ");
                Write(not.Part);
                break;
            case SearchExpression.Uuid uuid:
                _sql.Append("(d.uuid = ").Append(Parameter(SqlValue.Id(uuid.Id))).Append(')');
                break;
            case SearchExpression.Subscription subscription:
                _sql.Append("(d.subscription_id = ").Append(Parameter(SqlValue.Long(subscription.Id))).Append(')');
                break;
            case SearchExpression.Success success:
                _sql.Append(success.IsAccepted ? "(d.state = 2)" : "(d.state <> 2 AND d.last_reason IS NOT NULL)");
                break;
            case SearchExpression.EventName name:
                _sql.Append("(m.name LIKE ").Append(Parameter(SqlValue.Text(Like(name.Pattern)))).Append(@" ESCAPE '\')");
                break;
            case SearchExpression.Value value:
                WriteValue(value);
                break;
        }
    }

    /// <summary>By range and not by LIKE, so that the index is used.</summary>
    private void WriteValue(SearchExpression.Value value)
    {
        _sql.Append("(NOT s.hipaa_audit AND d.payload_seq IN (SELECT payload_seq FROM declarative.payload_value WHERE path = ").Append(Parameter(SqlValue.Text(value.Path)));
        if (!value.IsPrefix)
            _sql.Append(" AND value = ").Append(Parameter(SqlValue.Text(value.Text)));
        else if (value.Text.Length > 0)
            _sql.Append(" AND value >= ").Append(Parameter(SqlValue.Text(value.Text))).Append(" AND value < ").Append(Parameter(SqlValue.Text(value.Text + "\U0010FFFF")));
        _sql.Append("))");
    }

    private static string Like(string pattern) => pattern
        .Replace(@"\", @"\\", StringComparison.Ordinal)
        .Replace("%", @"\%", StringComparison.Ordinal)
        .Replace("_", @"\_", StringComparison.Ordinal)
        .Replace('*', '%');

    private string Parameter(NpgsqlParameter value)
    {
        _values.Add(value);
        return "$" + _values.Count.ToString(CultureInfo.InvariantCulture);
    }
}
