--liquibase formatted sql
--changeset ann:1
SELECT 'in more';
