%% Successive over-relaxation: a grid of cells, each of which moves towards the mean of its
%% neighbours, over and over. Cells of the two colours of a chessboard take turns.
-module(savina_successive_over_relaxation).
-export([run/1]).

-define(VALUES, 1000000).

%% Moves of each cell.
-define(MOVES, 20).

run(#{count := Side, seed := Seed}) ->
    Values = values(Side * Side, savina_random:seed(Seed)),
    fun() ->
        Main = self(),
        link_all(list_to_tuple(cells(Values, Side, 0, Main)), Side),
        savina_total:sum(Side * Side)
    end.

values(0, _) ->
    [];
values(Left, State) ->
    {Value, Next} = savina_random:below(?VALUES, State),
    [Value | values(Left - 1, Next)].

cells([], _, _, _) ->
    [];
cells([Value | Rest], Side, At, Total) ->
    IsRed = (At div Side + At rem Side) rem 2 =:= 0,
    [spawn(fun() -> cell(IsRed, Value, Total) end) | cells(Rest, Side, At + 1, Total)].

%% Tells the cells their neighbours.
link_all(Cells, Side) ->
    Cell = fun(Y, X) -> element(Y * Side + X + 1, Cells) end,
    [
        Cell(Y, X) ! {'begin', [
            Cell(NearY, NearX)
         || {NearY, NearX} <- [{Y - 1, X}, {Y, X + 1}, {Y + 1, X}, {Y, X - 1}],
            NearY >= 0, NearY < Side, NearX >= 0, NearX < Side
        ]}
     || Y <- lists:seq(0, Side - 1), X <- lists:seq(0, Side - 1)
    ].

cell(IsRed, Value, Total) ->
    receive {'begin', Neighbours} -> ok end,
    IsRed andalso spread(Neighbours, Value),
    move(?MOVES, IsRed, Value, Neighbours, length(Neighbours), Total).

%% Values are whole numbers, so that the order in which they come does not matter.
move(0, _, Value, _, _, Total) ->
    savina_total:report(Total, Value);
move(Left, IsRed, Value, Neighbours, Count, Total) ->
    %% The factor of over-relaxation is 5 / 4.
    Moved = (5 * sum(Count, 0) - 4 * Value) bsr 4,
    %% Of the last value of a red cell nobody makes use.
    (Left > 1 orelse not IsRed) andalso spread(Neighbours, Moved),
    move(Left - 1, IsRed, Moved, Neighbours, Count, Total).

sum(0, Sum) -> Sum;
sum(Missing, Sum) -> receive {value, Value} -> sum(Missing - 1, Sum + Value) end.

spread(Neighbours, Value) ->
    [Neighbour ! {value, Value} || Neighbour <- Neighbours],
    ok.
