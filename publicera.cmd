@echo off
rem Publicerar en webbplats efter ett dubbelklick: samma sak som "py -m nox -s publicera".
setlocal
set "HANDLINGSPLAN=publicera"
call "%~dp0bygg.cmd" %*
