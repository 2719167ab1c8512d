%% All-pairs shortest path: a matrix of distances in square blocks, each of which is a process. In
%% every step (Floyd and Warshall) a block needs its part of one row and of one column, from those
%% that hold them.
-module(savina_all_pairs_shortest_path).
-export([run/1]).

%% Length of a block's side.
-define(SIDE, 50).
-define(WEIGHTS, 100).

run(#{count := Nodes, seed := Seed}) ->
    Graph = graph(Nodes, 0, savina_random:seed(Seed)),
    Width = Nodes div ?SIDE,
    Places = [{Y, X} || Y <- lists:seq(0, Width - 1), X <- lists:seq(0, Width - 1)],
    Blocks = [{Place, block(Graph, Place)} || Place <- Places],
    fun() ->
        Main = self(),
        Processes = [
            {Place, spawn_link(fun() -> begin_block(Place, Values, Nodes, Main) end)}
         || {Place, Values} <- Blocks
        ],
        [
            Process ! {'begin',
                [Other || {{Row, Column}, Other} <- Processes, Row =:= Y, Column =/= X],
                [Other || {{Row, Column}, Other} <- Processes, Column =:= X, Row =/= Y]}
         || {{Y, X}, Process} <- Processes
        ],
        savina_total:sum(length(Processes))
    end.

%% Every node has a way to every other; a list of rows.
graph(Nodes, Nodes, _) ->
    [];
graph(Nodes, Row, State) ->
    {Weights, Next} = weights(Nodes, Row, 0, State),
    [Weights | graph(Nodes, Row + 1, Next)].

weights(Nodes, _, Nodes, State) ->
    {[], State};
weights(Nodes, Row, Column, State) ->
    {Below, Next} = savina_random:below(?WEIGHTS, State),
    Weight = if Row =:= Column -> 0; true -> Below + 1 end,
    {Rest, Last} = weights(Nodes, Row, Column + 1, Next),
    {[Weight | Rest], Last}.

block(Graph, {Y, X}) ->
    [lists:sublist(Row, X * ?SIDE + 1, ?SIDE) || Row <- lists:sublist(Graph, Y * ?SIDE + 1, ?SIDE)].

begin_block(Place, Values, Nodes, Total) ->
    receive {'begin', Beside, Above} -> ok end,
    Distances = steps(0, Nodes, Place, Values, Beside, Above),
    savina_total:report(Total, weighted(Distances, Place)).

steps(Nodes, Nodes, _, Values, _, _) ->
    Values;
steps(Step, Nodes, {Y, X} = Place, Values, Beside, Above) ->
    %% What others need of this block goes out before anything is waited for.
    OwnRow = Step div ?SIDE =:= Y andalso lists:nth(Step rem ?SIDE + 1, Values),
    OwnRow =/= false andalso send(Above, {row, Step, OwnRow}),
    OwnColumn = Step div ?SIDE =:= X andalso [lists:nth(Step rem ?SIDE + 1, Row) || Row <- Values],
    OwnColumn =/= false andalso send(Beside, {column, Step, OwnColumn}),
    Row = if OwnRow =:= false -> await(row, Step); true -> OwnRow end,
    Column = if OwnColumn =:= false -> await(column, Step); true -> OwnColumn end,
    steps(Step + 1, Nodes, Place, relax(Values, Row, Column), Beside, Above).

await(Kind, Step) -> receive {Kind, Step, Part} -> Part end.

send(Processes, Message) ->
    [Process ! Message || Process <- Processes],
    ok.

%% Paths through the node of this step, where they are shorter.
relax([Values | Rest], Row, [First | Column]) ->
    [relax_row(Values, Row, First) | relax(Rest, Row, Column)];
relax([], _, []) ->
    [].

relax_row([Value | Values], [Second | Row], First) ->
    case First + Second of
        Through when Through < Value -> [Through | relax_row(Values, Row, First)];
        _ -> [Value | relax_row(Values, Row, First)]
    end;
relax_row([], [], _) ->
    [].

%% A sum in which each distance counts by its place.
weighted(Rows, {Y, X}) ->
    lists:sum([
        Value * ((Row * 31 + Column * 17) rem 101)
     || {Row, Values} <- numbered(Y * ?SIDE, Rows), {Column, Value} <- numbered(X * ?SIDE, Values)
    ]).

numbered(First, List) ->
    lists:zip(lists:seq(First, First + length(List) - 1), List).
