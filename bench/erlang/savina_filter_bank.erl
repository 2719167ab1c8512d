%% Filter bank: samples go through two filters on each of several channels, and the channels are
%% joined again. Each part hands on the samples' end, and ends itself.
-module(savina_filter_bank).
-export([run/1]).

-define(CHANNELS, 8).
%% Samples that a filter looks at.
-define(COLUMNS, 64).
-define(SAMPLES, 1000).

run(#{count := Count}) ->
    fun() ->
        Main = self(),
        Combiner = spawn_link(fun() -> combiner(0, Main) end),
        Integrator = spawn_link(fun() -> integrator(?CHANNELS, #{}, #{}, Combiner) end),
        Channels = [channel(Index, Integrator) || Index <- lists:seq(0, ?CHANNELS - 1)],
        Branches = spawn_link(fun() -> branches(Channels) end),
        Source = spawn_link(fun() -> source(0, Branches) end),
        spawn_link(fun() -> producer(Count, Source) end),
        savina_total:sum(1)
    end.

%% A channel from its end to its beginning, with the suite's weights.
channel(Index, Integrator) ->
    Columns = lists:seq(0, ?COLUMNS - 1),
    Second = [Index * Column + Column * Column + Column + Index || Column <- Columns],
    First = [Index * ?COLUMNS + Column * ?CHANNELS + Column + Index + 1 || Column <- Columns],
    Zeros = lists:duplicate(?COLUMNS - 1, 0),
    lists:foldl(
        fun(Part, Next) -> spawn_link(fun() -> Part(Next) end) end,
        Integrator,
        [
            fun(Next) -> tag(Index, Next) end,
            fun(Next) -> filter(Second, Zeros, ?COLUMNS - 1, Next) end,
            fun(Next) -> delay(queue:from_list(Zeros), Next) end,
            fun(Next) -> sampler(0, Next) end,
            fun(Next) -> filter(First, Zeros, ?COLUMNS - 1, Next) end,
            fun(Next) -> delay(queue:from_list(Zeros), Next) end
        ]
    ).

%% Asks the source for one sample after the other.
producer(0, Source) ->
    Source ! 'end';
producer(Left, Source) ->
    Source ! {emit, self()},
    receive next -> producer(Left - 1, Source) end.

source(Value, Branches) ->
    receive
        {emit, Producer} ->
            Branches ! {sample, Value},
            Producer ! next,
            source((Value + 1) rem ?SAMPLES, Branches);
        'end' ->
            Branches ! 'end'
    end.

branches(Channels) ->
    receive
        {sample, _} = Sample ->
            [Channel ! Sample || Channel <- Channels],
            branches(Channels);
        'end' ->
            [Channel ! 'end' || Channel <- Channels]
    end.

%% Hands on what came so many samples before.
delay(Samples, Next) ->
    receive
        {sample, Value} ->
            {{value, Before}, Rest} = queue:out(Samples),
            Next ! {sample, Before},
            delay(queue:in(Value, Rest), Next);
        'end' ->
            Next ! 'end'
    end.

%% Hands on the weighted sum of the last samples. Newest first; old ones are cut off now and then.
filter(Weights, Samples, Length, Next) when Length > 4 * ?COLUMNS ->
    filter(Weights, lists:sublist(Samples, ?COLUMNS), ?COLUMNS, Next);
filter(Weights, Samples, Length, Next) ->
    receive
        {sample, Value} ->
            All = [Value | Samples],
            Next ! {sample, weighted(Weights, All, 0)},
            filter(Weights, All, Length + 1, Next);
        'end' ->
            Next ! 'end'
    end.

weighted([Weight | Weights], [Sample | Samples], Sum) ->
    weighted(Weights, Samples, Sum + Weight * Sample);
weighted([], _, Sum) ->
    Sum.

%% Lets every sample of COLUMNS pass; the others become zeros.
sampler(At, Next) ->
    receive
        {sample, _} = Sample when At =:= 0 ->
            Next ! Sample,
            sampler(1, Next);
        {sample, _} ->
            Next ! {sample, 0},
            sampler((At + 1) rem ?COLUMNS, Next);
        'end' ->
            Next ! 'end'
    end.

%% Says which channel a sample comes from.
tag(Channel, Integrator) ->
    receive
        {sample, Value} ->
            Integrator ! {from, Channel, Value},
            tag(Channel, Integrator);
        'end' ->
            Integrator ! 'end'
    end.

%% Collects the samples of all channels that belong together: the rows that each channel has filled,
%% and those that are not complete.
integrator(0, _, _, Combiner) ->
    Combiner ! 'end';
integrator(Open, Filled, Rows, Combiner) ->
    receive
        {from, Channel, Value} ->
            At = maps:get(Channel, Filled, 0),
            Row = [Value | maps:get(At, Rows, [])],
            Left =
                case length(Row) of
                    ?CHANNELS -> Combiner ! {row, Row}, maps:remove(At, Rows);
                    _ -> Rows#{At => Row}
                end,
            integrator(Open, Filled#{Channel => At + 1}, Left, Combiner);
        'end' ->
            integrator(Open - 1, Filled, Rows, Combiner)
    end.

%% Reports a hash of the sums.
combiner(Hash, Total) ->
    receive
        {row, Samples} -> combiner((Hash * 31 + lists:sum(Samples)) rem 1000003, Total);
        'end' -> savina_total:report(Total, Hash)
    end.
